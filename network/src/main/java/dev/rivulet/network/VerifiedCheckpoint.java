package dev.rivulet.network;

import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkpoint whose bytes are complete and what they say; all that can be known of it without an
 * engine.
 */
public record VerifiedCheckpoint(ModelDescription description, Weights weights) {
  /**
   * @throws CheckpointRefusedException if the bytes are damaged, incomplete or not what they say
   */
  public static VerifiedCheckpoint of(byte[] blob) {
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
    return new VerifiedCheckpoint(description, weights);
  }

  /** Whether these are a complete checkpoint's bytes, and of the one that was listed. */
  public static boolean stands(ListedCheckpoint listed, byte[] blob) {
    try {
      return of(blob).description().key().equals(listed.key());
    } catch (CheckpointRefusedException e) {
      // whoever asks goes on to another; the replicas say what is wrong with this one
      return false;
    }
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

  private static void checkNames(ModelDescription description) {
    Stream<String> names =
        Stream.concat(
            Stream.of(description.run(), description.dataset()), description.classes().stream());
    if (!names.allMatch(ModelDescription::isUsableName)) {
      throw new CheckpointRefusedException(
          RefusalReason.DESCRIPTION,
          "the name of its run, data set or a class is blank, above %d characters, or no text"
              .formatted(ModelDescription.MAX_NAME_CHARS));
    }
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
}
