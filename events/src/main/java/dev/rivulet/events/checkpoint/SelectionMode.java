package dev.rivulet.events.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** By which rule inference chooses among the checkpoints that are on the topic. */
public enum SelectionMode {
  /** The one that was published last. */
  @JsonProperty("newest")
  NEWEST,
  /**
   * The highest validation accuracy among those of the newest one's data set and class names; of
   * equals the newest.
   */
  @JsonProperty("best")
  BEST,
  /** One of a named run and epoch, whatever is published. */
  @JsonProperty("pinned")
  PINNED;

  /** The mode of this label; nothing if there is none. */
  public static Optional<SelectionMode> labelled(String label) {
    return Arrays.stream(values()).filter(mode -> mode.label().equals(label)).findFirst();
  }

  /** Lower case, for example {@code pinned}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
