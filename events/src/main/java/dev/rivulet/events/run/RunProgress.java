package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The event on {@code training-progress}: a run between two of its epoch events, at most once a
 * second and as far as it gets there; trainer-service tells it over REST too.
 *
 * @param epoch 1 to {@code epochs}
 * @param phase {@code data-wait}, {@code training}, {@code validation}, {@code checkpoint} or
 *     {@code idle}
 * @param imagesDone images of this epoch trained so far, or validated during validation
 * @param loss mean over the epoch so far
 * @param accuracy mean over the epoch so far, 0 to 1
 * @param device what it is trained on
 */
public record RunProgress(
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) int epoch,
    @JsonProperty(required = true) int epochs,
    @JsonProperty(required = true) String phase,
    @JsonProperty(required = true) int imagesDone,
    @JsonProperty(required = true) int imagesPerEpoch,
    @JsonProperty(required = true) double imagesPerSecond,
    @JsonProperty(required = true) double loss,
    @JsonProperty(required = true) double accuracy,
    @JsonProperty(required = true) String device) {}
