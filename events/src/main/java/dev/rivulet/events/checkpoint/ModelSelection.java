package dev.rivulet.events.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * The event on {@code model-selection}: which checkpoint inference serves from now on.
 *
 * @param run of the pinned checkpoint; absent in the other modes
 * @param epoch of the pinned checkpoint; absent in the other modes
 * @param by who selected it, for people
 */
public record ModelSelection(
    @JsonProperty(required = true) SelectionMode mode,
    Optional<String> run,
    Optional<Integer> epoch,
    @JsonProperty(required = true) Instant selectedAt,
    @JsonProperty(required = true) String by) {

  /** The key of every record: there is one selection, for all replicas. */
  public static final String KEY = "inference";

  /** What holds while nobody has selected anything. */
  public static final ModelSelection DEFAULT = of(SelectionMode.NEWEST, Instant.EPOCH, "default");

  /**
   * @throws IllegalArgumentException if a pinned one lacks run or epoch, or another one has them
   */
  public ModelSelection {
    run = run == null ? Optional.empty() : run;
    epoch = epoch == null ? Optional.empty() : epoch;
    if (mode == null || selectedAt == null || by == null) {
      throw new IllegalArgumentException("a selection needs mode, selectedAt and by");
    }
    boolean pinned = mode == SelectionMode.PINNED;
    if (run.isPresent() != pinned || epoch.isPresent() != pinned) {
      throw new IllegalArgumentException(
          pinned
              ? "pinned: name run and epoch"
              : "%s: leave out run and epoch".formatted(mode.label()));
    }
    if (pinned && (run.get().isBlank() || epoch.get() < 0)) {
      throw new IllegalArgumentException(
          "run '%s' epoch %d: there is no such checkpoint".formatted(run.get(), epoch.get()));
    }
  }

  /** The newest or the best one, whichever that will be. */
  public static ModelSelection of(SelectionMode mode, Instant now, String by) {
    return new ModelSelection(mode, Optional.empty(), Optional.empty(), now, by);
  }

  public static ModelSelection pinned(String run, int epoch, Instant now, String by) {
    return new ModelSelection(SelectionMode.PINNED, Optional.of(run), Optional.of(epoch), now, by);
  }

  /** The record key of the pinned checkpoint; nothing in the other modes. */
  public Optional<String> pinnedKey() {
    return run.flatMap(name -> epoch.map(number -> ModelDescription.key(name, number)));
  }

  /** For people: {@code newest}, {@code best}, or {@code pinned to RUN@EPOCH}. */
  public String inWords() {
    return run.flatMap(name -> epoch.map(number -> "pinned to %s@%d".formatted(name, number)))
        .orElse(mode.label());
  }
}
