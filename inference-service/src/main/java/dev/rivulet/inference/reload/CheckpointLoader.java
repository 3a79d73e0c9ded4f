package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.network.Classifier;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/** Turns a checkpoint's bytes into a model that has proved that it works and is warm. */
public final class CheckpointLoader {
  private static final int MAX_NAME_CHARS = 200;
  private static final float SUM_TOLERANCE = 1e-3f;

  private final ComputeDevice device;
  private final int maxBatch;
  private final Clock clock;

  /**
   * @param maxBatch how many images a batch will have at most
   */
  public CheckpointLoader(ComputeDevice device, int maxBatch, Clock clock) {
    this.device = device;
    this.maxBatch = maxBatch;
    this.clock = clock;
  }

  /**
   * The caller owns the model until it hands it over.
   *
   * @throws CheckpointRefusedException if the bytes are damaged, incomplete or not what they say
   */
  public ServedModel load(byte[] blob) {
    SafeTensors tensors = parse(blob);
    ModelDescription description = describe(tensors);
    checkNames(description);
    Weights weights = weigh(tensors);
    checkClasses(description.classes(), weights.config().classes());
    String sha256 = weights.sha256();
    if (!sha256.equalsIgnoreCase(description.sha256())) {
      throw new CheckpointRefusedException(
          RefusalReason.CHECKSUM,
          "its weights have SHA-256 %s, but it says %s".formatted(sha256, description.sha256()));
    }
    Classifier classifier = warm(weights);
    return new ServedModel(
        description, classifier::probabilities, classifier::close, clock.instant());
  }

  private static SafeTensors parse(byte[] blob) {
    try {
      return SafeTensors.read(blob);
    } catch (SafeTensorsException e) {
      throw new CheckpointRefusedException(RefusalReason.FORMAT, e.getMessage(), e);
    }
  }

  private static ModelDescription describe(SafeTensors tensors) {
    try {
      return ModelDescription.fromMetadata(tensors);
    } catch (SafeTensorsException e) {
      throw new CheckpointRefusedException(RefusalReason.DESCRIPTION, e.getMessage(), e);
    }
  }

  /** Every prediction carries these names, so each must fit into JSON and into a record. */
  private static void checkNames(ModelDescription description) {
    Stream<String> names =
        Stream.concat(
            Stream.of(description.run(), description.dataset()), description.classes().stream());
    if (!names.allMatch(CheckpointLoader::usable)) {
      throw new CheckpointRefusedException(
          RefusalReason.DESCRIPTION,
          "the name of its run, data set or a class is blank, above %d characters, or no text"
              .formatted(MAX_NAME_CHARS));
    }
  }

  private static boolean usable(String name) {
    // JSON can hold half a surrogate pair, UTF-8 cannot
    return !name.isBlank()
        && name.length() <= MAX_NAME_CHARS
        && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  private static Weights weigh(SafeTensors tensors) {
    try {
      return Weights.fromSafeTensors(tensors);
    } catch (SafeTensorsException e) {
      throw new CheckpointRefusedException(RefusalReason.WEIGHTS, e.getMessage(), e);
    }
  }

  private static void checkClasses(List<String> names, int outputs) {
    if (names.size() != outputs) {
      throw new CheckpointRefusedException(
          RefusalReason.CLASSES,
          "it names %d classes, but its network has %d outputs".formatted(names.size(), outputs));
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new CheckpointRefusedException(
          RefusalReason.CLASSES, "two of its classes have the same name");
    }
  }

  private Classifier warm(Weights weights) {
    Classifier classifier;
    try {
      classifier = new Classifier(device, weights);
    } catch (RuntimeException e) {
      throw engineFailure(e);
    }
    try {
      // the shapes that will come first; the engine plans and allocates for each
      for (int images : new int[] {1, Math.max(1, maxBatch / 4), maxBatch, 1}) {
        byte[] grey = new byte[images * NetworkConfig.IMAGE_BYTES];
        Arrays.fill(grey, (byte) 127);
        for (float[] answer : classifier.probabilities(grey, images)) {
          checkAnswer(answer);
        }
      }
      return classifier;
    } catch (CheckpointRefusedException e) {
      classifier.close();
      throw e;
    } catch (RuntimeException e) {
      classifier.close();
      throw engineFailure(e);
    }
  }

  /** Finite weights can still overflow on their way to the answer. */
  private static void checkAnswer(float[] probabilities) {
    float sum = 0;
    for (float probability : probabilities) {
      sum += probability;
    }
    // written so that a sum that is no number fails too
    if (!(Math.abs(sum - 1) < SUM_TOLERANCE)) {
      throw new CheckpointRefusedException(
          RefusalReason.ANSWERS,
          "it answers a grey image with probabilities that add up to " + sum);
    }
  }

  private static CheckpointRefusedException engineFailure(RuntimeException e) {
    return new CheckpointRefusedException(
        RefusalReason.ENGINE, "the engine cannot run it: " + e.getMessage(), e);
  }
}
