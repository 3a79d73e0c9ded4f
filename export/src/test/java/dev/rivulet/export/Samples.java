package dev.rivulet.export;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.ParameterLayout;
import dev.rivulet.network.ParameterLayout.Role;
import dev.rivulet.network.Weights;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Runs, epochs and weights for tests. */
public final class Samples {
  public static final String RUN = "20260131-120000-9f3c";
  public static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  public static final List<String> CIFAR_CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Samples() {}

  /** Weights in which every parameter matters, as after a long training. */
  public static Weights weights(NetworkConfig config) {
    Random random = new Random(5);
    ParameterLayout layout = ParameterLayout.of(config);
    float[] values = new float[layout.size()];
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      int inputs = parameter.size() / parameter.shape().get(0);
      for (int i = 0; i < parameter.size(); i++) {
        double gaussian = random.nextGaussian();
        boolean isGain = parameter.role() == Role.GAIN;
        boolean isVector = parameter.shape().size() == 1;
        values[parameter.offset() + i] =
            (float)
                (isGain ? 1 + 0.2 * gaussian : gaussian * (isVector ? 0.2 : 1 / Math.sqrt(inputs)));
      }
    }
    return new Weights(config, values);
  }

  /** U8 [n, 32, 32, 3]. */
  public static ByteBuffer images(int n) {
    byte[] pixels = new byte[n * NetworkConfig.IMAGE_BYTES];
    Random random = new Random(6);
    random.nextBytes(pixels);
    // noise alone looks alike to a network: every image has a brightness of its own
    for (int image = 0; image < n; image++) {
      int brightness = random.nextInt(256);
      for (int i = 0; i < NetworkConfig.IMAGE_BYTES; i += 1 + random.nextInt(3)) {
        pixels[image * NetworkConfig.IMAGE_BYTES + i] = (byte) brightness;
      }
    }
    return ByteBuffer.wrap(pixels);
  }

  public static ModelDescription model() {
    return new ModelDescription(
        RUN, 2, 128, "cifar10", CIFAR_CLASSES, 1.25, 0.55, "0123456789abcdef".repeat(4), NOON);
  }

  public static TrainingRun run(String dataset, List<String> classes, int epochs) {
    TrainingPlan plan =
        new TrainingPlan("auto", epochs, 32, true, 8, "original", 42, 0, "auto", "fp32");
    DatasetDescription description =
        new DatasetDescription(
            dataset, dataset + "-1", dataset, classes, 50_000, 40, 1, Optional.empty());
    return TrainingRun.requested(RUN, plan, NOON)
        .withDataset(description)
        .running(NOON)
        .ended(RunStatus.FINISHED, NOON.plusSeconds(100L * epochs), Optional.empty());
  }

  public static List<EpochCompleted> epochs(TrainingRun run, int done) {
    return IntStream.rangeClosed(1, done).mapToObj(epoch -> epoch(run, epoch)).toList();
  }

  private static EpochCompleted epoch(TrainingRun run, int epoch) {
    DatasetDescription dataset = run.dataset().orElseThrow();
    double progress = 1 - 1.0 / (1 + epoch);
    return new EpochCompleted(
        run.id(),
        epoch,
        run.plan().epochs(),
        dataset.name(),
        new LossAndAccuracy(2.3 * (1 - progress), 0.9 * progress),
        new LossAndAccuracy(2.4 * (1 - progress), 0.8 * progress),
        new PhaseSeconds(100 + epoch, 5, 85 + epoch, 8, 2),
        50_000,
        555.5,
        "CPU, 2 threads (PyTorch 2.7.1)",
        run.plan().batchSize(),
        0.002,
        170_282,
        NOON.plusSeconds(100L * epoch),
        Optional.of(detail(dataset.classes().size())),
        Optional.empty());
  }

  /** Each class has four images, of which the last class' are all taken for the first. */
  private static ValidationDetail detail(int classes) {
    List<List<Integer>> confusion =
        IntStream.range(0, classes)
            .mapToObj(
                row ->
                    IntStream.range(0, classes)
                        .mapToObj(column -> cell(row, column, classes))
                        .toList())
            .toList();
    return new ValidationDetail(
        classes > ValidationDetail.MAX_CONFUSION_CLASSES
            ? Optional.empty()
            : Optional.of(confusion),
        List.of());
  }

  private static int cell(int row, int column, int classes) {
    int answer = row == classes - 1 ? 0 : row;
    return column == answer ? 4 : 0;
  }
}
