package dev.rivulet.local.model;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.network.CheckpointRefusedException;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.NetworkShape;
import dev.rivulet.network.VerifiedCheckpoint;
import dev.rivulet.network.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model in a safetensors file, made a checkpoint: complete, and proved as replicas will prove it.
 *
 * @param blob what is to be published
 */
public record SavedModel(ModelDescription description, byte[] blob) {
  /** The file in the folder of a run. */
  public static final String FILE_NAME = "model.safetensors";

  private static final int NAME_DIGITS = 8;

  // room for metadata that the file lacks
  private static final int MAX_FILE_BYTES = Topics.MAX_TENSOR_RECORD_BYTES - (64 << 10);

  /**
   * What a user says about a file, in place of what it says itself.
   *
   * @param name the run that it is to be
   */
  public record Labels(
      Optional<String> name, Optional<List<String>> classes, Optional<String> dataset) {}

  /**
   * Reads a file, or {@code model.safetensors} in a folder.
   *
   * @throws IllegalArgumentException if it cannot be read, or lacks what nobody else has said
   * @throws CommandFailedException if it holds no model that can be served
   */
  public static SavedModel read(Path named, Labels labels, Clock clock) {
    Path file = Files.isDirectory(named) ? named.resolve(FILE_NAME) : named;
    byte[] bytes = bytes(file);
    try {
      SafeTensors tensors = SafeTensors.read(bytes);
      Weights weights = weights(tensors);
      ModelDescription model = describe(tensors, weights, labels, clock);
      byte[] blob = weights.toSafeTensors(model.toMetadata()).toBytes();
      return new SavedModel(VerifiedCheckpoint.of(blob).description(), blob);
    } catch (SafeTensorsException | CheckpointRefusedException e) {
      throw new CommandFailedException(
          "%s cannot be served: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new IllegalArgumentException(
            "%s does not exist; name a safetensors file, or a folder with a %s"
                .formatted(file, FILE_NAME));
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "%s has %,d bytes; a checkpoint has at most %,d"
                .formatted(file, Files.size(file), MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Weights weights(SafeTensors tensors) {
    NetworkConfig config =
        tensors.metadata().containsKey("architecture")
            ? NetworkConfig.fromMetadata(tensors)
            : NetworkShape.of(tensors);
    Weights weights =
        Weights.fromSafeTensors(SafeTensors.of(tensors.tensors(), config.toMetadata()));
    String sha256 = weights.sha256();
    String stated = tensors.metadata().getOrDefault("sha256", sha256);
    if (!stated.equalsIgnoreCase(sha256)) {
      throw new SafeTensorsException(
          "its weights have SHA-256 %s, but it says %s".formatted(sha256, stated));
    }
    return weights;
  }

  private static ModelDescription describe(
      SafeTensors tensors, Weights weights, Labels labels, Clock clock) {
    Map<String, String> metadata = tensors.metadata();
    String sha256 = weights.sha256();
    return new ModelDescription(
        labels
            .name()
            .or(() -> text(metadata, "run"))
            .orElseGet(() -> "import-" + sha256.substring(0, NAME_DIGITS)),
        (int) number(tensors, "epoch", Integer.MAX_VALUE),
        number(tensors, "step", Long.MAX_VALUE),
        labels.dataset().or(() -> text(metadata, "dataset")).orElse("unknown"),
        labels
            .classes()
            .or(() -> text(metadata, "class_names").map(ModelDescription::readClasses))
            .orElseThrow(() -> namesNoClasses(weights.config().classes())),
        decimal(metadata, "validation_loss"),
        decimal(metadata, "validation_accuracy"),
        sha256,
        instant(metadata, clock));
  }

  private static IllegalArgumentException namesNoClasses(int outputs) {
    return new IllegalArgumentException(
        "the file names no classes; say --classes A,B,… in the order of its %d outputs"
            .formatted(outputs));
  }

  private static Optional<String> text(Map<String, String> metadata, String key) {
    return Optional.ofNullable(metadata.get(key)).filter(value -> !value.isBlank());
  }

  private static long number(SafeTensors tensors, String key, long most) {
    long value = tensors.metadata().containsKey(key) ? tensors.metadataLong(key) : 0;
    if (value < 0 || value > most) {
      throw new SafeTensorsException("metadata %s is %d".formatted(key, value));
    }
    return value;
  }

  /** Not a number, if the file does not say. */
  private static double decimal(Map<String, String> metadata, String key) {
    try {
      return text(metadata, key).map(Double::valueOf).orElse(Double.NaN);
    } catch (NumberFormatException e) {
      throw new SafeTensorsException("metadata %s is no number".formatted(key), e);
    }
  }

  private static Instant instant(Map<String, String> metadata, Clock clock) {
    try {
      return text(metadata, "created_at").map(Instant::parse).orElseGet(clock::instant);
    } catch (DateTimeParseException e) {
      throw new SafeTensorsException("metadata created_at is no time", e);
    }
  }
}
