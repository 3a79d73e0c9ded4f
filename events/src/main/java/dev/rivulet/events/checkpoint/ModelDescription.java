package dev.rivulet.events.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Sha256;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint says of itself, in the metadata of its safetensors blob.
 *
 * @param epoch the last epoch that was trained in full, 0 before the first
 * @param step how many batches the weights have seen
 * @param classes class names, in the order of the logits
 * @param validation on the whole validation set; NaN if the model was saved in mid-epoch
 * @param sha256 of the weights: see {@code Weights.sha256} in module network
 */
public record ModelDescription(
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) int epoch,
    @JsonProperty(required = true) long step,
    @JsonProperty(required = true) String dataset,
    @JsonProperty(required = true) List<String> classes,
    @JsonProperty(required = true) double validationLoss,
    @JsonProperty(required = true) double validationAccuracy,
    @JsonProperty(required = true) String sha256,
    @JsonProperty(required = true) Instant createdAt) {

  /** Of a run, a data set or a class: every prediction carries them. */
  public static final int MAX_NAME_CHARS = 200;

  private static final int MAX_CLASSES = 1_000;
  private static final String FORMAT = "rivulet-checkpoint/2";
  private static final String CHECKSUM = "description_sha256";

  /** What the checksum is made of, in this order. */
  private static final List<String> DESCRIBED =
      List.of(
          "format",
          "run",
          "epoch",
          "step",
          "dataset",
          "class_names",
          "validation_loss",
          "validation_accuracy",
          "sha256",
          "created_at");

  public ModelDescription {
    classes = List.copyOf(classes);
  }

  /**
   * Whether a run, a data set or a class can have this name: not blank, not too long, and text that
   * fits into JSON and into a record. A model with another name is not served.
   */
  public static boolean isUsableName(String name) {
    // JSON can hold half a surrogate pair, UTF-8 cannot
    return !name.isBlank()
        && name.length() <= MAX_NAME_CHARS
        && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  /** The record key: {@code run/epoch}. */
  public String key() {
    return key(run, epoch);
  }

  public static String key(String run, int epoch) {
    return run + "/" + epoch;
  }

  /**
   * Metadata keys of a checkpoint; {@code class_names} is a JSON array, {@code description_sha256}
   * the checksum of all the others.
   */
  public Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("run", run);
    metadata.put("epoch", String.valueOf(epoch));
    metadata.put("step", String.valueOf(step));
    metadata.put("dataset", dataset);
    metadata.put("class_names", new String(EventJson.write(classes), StandardCharsets.UTF_8));
    metadata.put("validation_loss", String.valueOf(validationLoss));
    metadata.put("validation_accuracy", String.valueOf(validationAccuracy));
    metadata.put("sha256", sha256);
    metadata.put("created_at", createdAt.toString());
    return withChecksum(metadata);
  }

  /**
   * A description's metadata with the checksum that belongs to them: SHA-256, in lower-case hex, of
   * the lines {@code key=value} in the order of {@link #toMetadata}, as UTF-8.
   *
   * @throws SafeTensorsException if a key of the description is missing
   */
  public static Map<String, String> withChecksum(Map<String, String> metadata) {
    Map<String, String> sealed = new LinkedHashMap<>(metadata);
    sealed.put(CHECKSUM, checksum(SafeTensors.of(List.of(), metadata)));
    return sealed;
  }

  /**
   * @throws SafeTensorsException if something is missing, malformed or damaged
   */
  public static ModelDescription fromMetadata(SafeTensors tensors) {
    try {
      return read(tensors);
    } catch (NumberFormatException | ArithmeticException | DateTimeParseException e) {
      throw new SafeTensorsException("checkpoint metadata: " + e.getMessage(), e);
    }
  }

  private static ModelDescription read(SafeTensors tensors) {
    String format = tensors.metadata("format");
    if (!format.equals(FORMAT)) {
      throw new SafeTensorsException(
          "format is '%s', not '%s'; ./rivulet import reads a saved model of another version"
              .formatted(format, FORMAT));
    }
    ModelDescription model =
        new ModelDescription(
            tensors.metadata("run"),
            Math.toIntExact(tensors.metadataLong("epoch")),
            tensors.metadataLong("step"),
            tensors.metadata("dataset"),
            readClasses(tensors.metadata("class_names")),
            Double.parseDouble(tensors.metadata("validation_loss")),
            Double.parseDouble(tensors.metadata("validation_accuracy")),
            tensors.metadata("sha256"),
            Instant.parse(tensors.metadata("created_at")));
    if (model.epoch < 0 || model.step < 0) {
      throw new SafeTensorsException(
          "checkpoint metadata: epoch %d, step %d".formatted(model.epoch, model.step));
    }
    String checksum = checksum(tensors);
    if (!checksum.equals(tensors.metadata(CHECKSUM))) {
      throw new SafeTensorsException(
          "the description has SHA-256 %s, but its %s is %s"
              .formatted(checksum, CHECKSUM, tensors.metadata(CHECKSUM)));
    }
    return model;
  }

  private static String checksum(SafeTensors tensors) {
    StringBuilder lines = new StringBuilder();
    DESCRIBED.forEach(
        key -> lines.append(key).append('=').append(tensors.metadata(key)).append('\n'));
    return Sha256.hex(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The class names of a checkpoint's metadata, which anybody may have written.
   *
   * @throws SafeTensorsException if they are not 2 to 1,000 names as a JSON array
   */
  public static List<String> readClasses(String json) {
    try {
      List<String> classes =
          List.of(EventJson.read(json.getBytes(StandardCharsets.UTF_8), String[].class));
      if (classes.size() < 2 || classes.size() > MAX_CLASSES) {
        throw new SafeTensorsException(classes.size() + " classes; 2 to 1,000 are possible");
      }
      return classes;
    } catch (EventFormatException | NullPointerException e) {
      throw new SafeTensorsException("class_names is no JSON array of names", e);
    }
  }
}
