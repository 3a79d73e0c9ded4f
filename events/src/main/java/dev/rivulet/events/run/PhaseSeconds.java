package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where the time of an epoch went, in seconds of wall clock.
 *
 * @param total all of it, across restarts
 * @param dataWait waiting for batches
 * @param training steps
 * @param validation the pass over the validation set
 * @param checkpoint writing states and checkpoints; the commit that carries this very event counts
 *     to the next epoch
 */
public record PhaseSeconds(
    @JsonProperty(required = true) double total,
    @JsonProperty(required = true) double dataWait,
    @JsonProperty(required = true) double training,
    @JsonProperty(required = true) double validation,
    @JsonProperty(required = true) double checkpoint) {
  public static final PhaseSeconds ZERO = new PhaseSeconds(0, 0, 0, 0, 0);
}
