package dev.rivulet.local.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ModelDescription;
import java.time.Instant;
import java.util.Optional;

/**
 * What a list of checkpoints says about one.
 *
 * @param validationAccuracy 0 to 1; absent if it was not measured
 * @param createdAt when it was trained
 * @param publishedAt when it came to the topic
 */
public record ModelSummary(
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) int epoch,
    @JsonProperty(required = true) String dataset,
    Optional<Double> validationAccuracy,
    @JsonProperty(required = true) String sha256,
    @JsonProperty(required = true) Instant createdAt,
    @JsonProperty(required = true) Instant publishedAt) {

  /** Nothing if the checkpoint does not say what it is. */
  static Optional<ModelSummary> of(ListedCheckpoint listed) {
    return listed.description().map(model -> of(model, listed.publishedAt()));
  }

  static ModelSummary of(ModelDescription model, Instant publishedAt) {
    return new ModelSummary(
        model.run(),
        model.epoch(),
        model.dataset(),
        Optional.of(model.validationAccuracy()).filter(Double::isFinite),
        model.sha256(),
        model.createdAt(),
        publishedAt);
  }

  /** As {@code pin} takes it. */
  public String name() {
    return run + "@" + epoch;
  }
}
