package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How well a network does on a set of images.
 *
 * @param loss mean cross-entropy per image, in nats; not finite if the training has diverged
 * @param accuracy share of images classified rightly, 0 to 1
 */
public record LossAndAccuracy(
    @JsonProperty(required = true) double loss, @JsonProperty(required = true) double accuracy) {}
