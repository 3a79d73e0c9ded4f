package dev.rivulet.performance;

import dev.rivulet.performance.measure.Child;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.OngoingChild;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The other programs that train or run the same network, as far as they are installed. */
final class Peers {
  static final String IMAGES_PER_SECOND = "images/s";
  static final String EAGER = "PyTorch eager";
  static final String COMPILED = "PyTorch torch.compile";
  static final String KERAS = "TensorFlow/Keras";

  private static final String TORCH = "torch";
  private static final String TORCH_SCRIPT = "pytorch_peer.py";

  private Peers() {}

  /** Channels-last, fused Adam. */
  static Optional<Contender> eagerTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return torch(bench, EAGER, "train", seconds, "cpu", "fp32", batch);
  }

  /** The same without an end, for an {@link OngoingChild}. */
  static Optional<Child> eagerTrainingOn(Bench bench, int batch) throws InterruptedException {
    return bench.python(
        EAGER,
        TORCH_SCRIPT,
        TORCH,
        TORCH,
        torchArguments(bench, "train-on", 0, "cpu", "fp32", batch));
  }

  /** The same on a GPU. */
  static Optional<Contender> eagerGpuTraining(
      Bench bench, int batch, String precision, double seconds) throws InterruptedException {
    return torch(bench, EAGER, "train", seconds, "cuda", precision, batch);
  }

  static Optional<Contender> compiledTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return torch(bench, COMPILED, "train-compiled", seconds, "cpu", "fp32", batch);
  }

  /** The original program's formulation. */
  static Optional<Contender> kerasTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return bench.pythonContender(
        KERAS,
        "tensorflow_peer.py",
        "tensorflow",
        "tensorflow-cpu",
        seconds,
        bench.threads(),
        batch);
  }

  /** Channels-last, in inference mode, at several batch sizes. */
  static Optional<Contender> eagerForward(Bench bench, double seconds, Object... batches)
      throws InterruptedException {
    return torch(bench, EAGER, "forward", seconds, "cpu", "fp32", batches);
  }

  private static Optional<Contender> torch(
      Bench bench,
      String name,
      String mode,
      double seconds,
      String device,
      String precision,
      Object... batches)
      throws InterruptedException {
    return bench.pythonContender(
        name,
        TORCH_SCRIPT,
        TORCH,
        TORCH,
        torchArguments(bench, mode, seconds, device, precision, batches));
  }

  private static Object[] torchArguments(
      Bench bench,
      String mode,
      double seconds,
      String device,
      String precision,
      Object... batches) {
    List<Object> arguments =
        new ArrayList<>(List.of(mode, seconds, bench.threads(), device, precision));
    arguments.addAll(List.of(batches));
    return arguments.toArray();
  }
}
