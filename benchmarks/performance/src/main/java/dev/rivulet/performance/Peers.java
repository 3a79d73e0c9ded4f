package dev.rivulet.performance;

import dev.rivulet.performance.measure.Contender;
import java.util.Optional;

/** The other programs that train or run the same network, as far as they are installed. */
final class Peers {
  static final String IMAGES_PER_SECOND = "images/s";
  static final String EAGER = "PyTorch eager";
  static final String COMPILED = "PyTorch torch.compile";
  static final String KERAS = "TensorFlow/Keras";

  private Peers() {}

  /** Channels-last, fused Adam. */
  static Optional<Contender> eagerTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return torch(bench, EAGER, "train", seconds, batch);
  }

  static Optional<Contender> compiledTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return torch(bench, COMPILED, "train-compiled", seconds, batch);
  }

  /** The original program's formulation. */
  static Optional<Contender> kerasTraining(Bench bench, int batch, double seconds)
      throws InterruptedException {
    return bench.python(
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
    return torch(bench, EAGER, "forward", seconds, batches);
  }

  private static Optional<Contender> torch(
      Bench bench, String name, String mode, double seconds, Object... batches)
      throws InterruptedException {
    Object[] arguments = new Object[3 + batches.length];
    arguments[0] = mode;
    arguments[1] = seconds;
    arguments[2] = bench.threads();
    System.arraycopy(batches, 0, arguments, 3, batches.length);
    return bench.python(name, "pytorch_peer.py", "torch", "torch", arguments);
  }
}
