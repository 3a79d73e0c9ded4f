package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A run between two of its epoch events, as trainer-service tells it over REST.
 *
 * @param epoch 1 to {@code epochs}
 * @param phase {@code data-wait}, {@code training}, {@code validation}, {@code checkpoint} or
 *     {@code idle}
 * @param imagesDone images of this epoch trained so far, or validated during validation
 * @param loss mean over the epoch so far
 * @param accuracy mean over the epoch so far, 0 to 1
 */
public record RunProgress(
    @JsonProperty(required = true) String run,
    int epoch,
    int epochs,
    @JsonProperty(required = true) String phase,
    int imagesDone,
    int imagesPerEpoch,
    double imagesPerSecond,
    double loss,
    double accuracy) {}
