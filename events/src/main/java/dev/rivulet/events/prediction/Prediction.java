package dev.rivulet.events.prediction;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The event on {@code predictions}: what the network sees in one image.
 *
 * @param id the image event's key as text; topic/partition/offset if it had none
 * @param confidence the label's probability, 0 to 1
 * @param probabilities of every class, in the order of the classes; they sum up to 1
 * @param source where the image event stands; absent for an image sent by REST
 * @param imageAt the image event's timestamp
 * @param latencyMillis from the image event's timestamp to {@code predictedAt}
 */
public record Prediction(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) String label,
    @JsonProperty(required = true) double confidence,
    @JsonProperty(required = true) Map<String, Double> probabilities,
    @JsonProperty(required = true) Model model,
    Optional<Source> source,
    @JsonProperty(required = true) Instant imageAt,
    @JsonProperty(required = true) Instant predictedAt,
    @JsonProperty(required = true) double latencyMillis) {

  public Prediction {
    source = source == null ? Optional.empty() : source;
  }

  /** The model that said so. */
  public record Model(
      @JsonProperty(required = true) String run,
      @JsonProperty(required = true) int epoch,
      @JsonProperty(required = true) String dataset,
      @JsonProperty(required = true) double validationAccuracy,
      @JsonProperty(required = true) String sha256) {}

  /** The image event's place in Kafka. */
  public record Source(
      @JsonProperty(required = true) String topic,
      @JsonProperty(required = true) int partition,
      @JsonProperty(required = true) long offset) {

    /** As in the header of a rejected image: topic/partition/offset. */
    @Override
    public String toString() {
      return topic + "/" + partition + "/" + offset;
    }
  }
}
