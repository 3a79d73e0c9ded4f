package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a training run stands; later constants win over earlier ones of the same attempt. */
public enum RunStatus {
  /** Waits for ingest to name its data set, or for the trainer to begin. */
  @JsonProperty("requested")
  REQUESTED,
  /** Being trained; an interrupted run stays so and goes on when the services are back. */
  @JsonProperty("running")
  RUNNING,
  /** Somebody asked it to stop; its model is being saved. */
  @JsonProperty("stopping")
  STOPPING,
  /** Ended before its last epoch, its model saved if it had begun. */
  @JsonProperty("stopped")
  STOPPED,
  /** Trained all its epochs. */
  @JsonProperty("finished")
  FINISHED,
  /** Cannot go on; its message says why. */
  @JsonProperty("failed")
  FAILED;

  /** Whether nothing more happens to the run, unless it is resumed. */
  public boolean ended() {
    return this == STOPPED || this == FINISHED || this == FAILED;
  }

  /** The status as users read it, in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
