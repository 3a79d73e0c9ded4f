package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * The data set that ingest-service found for a run; set once, so that a restart cannot change it.
 *
 * @param name {@code cifar10}, {@code shapes} or the folder's name, which is never one of these
 * @param id name and content fingerprint; keys the validation batches
 * @param source where ingest-service reads it again after a restart: {@code cifar10}, {@code
 *     shapes} or a path
 * @param classes the class names; a label is an index into them
 * @param validationBatches how many records the validation set has
 * @param warning what a user should know about the choice, for instance that it is a fallback
 */
public record DatasetDescription(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) String source,
    @JsonProperty(required = true) List<String> classes,
    @JsonProperty(required = true) int trainImages,
    @JsonProperty(required = true) int validationImages,
    @JsonProperty(required = true) int validationBatches,
    Optional<String> warning) {

  public DatasetDescription {
    classes = List.copyOf(classes);
    warning = warning == null ? Optional.empty() : warning;
  }
}
