package dev.rivulet.performance.report;

import dev.rivulet.performance.measure.Statistics;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the results: a quantity of Rivulet, perhaps beside another program's.
 *
 * @param what is measured
 * @param goal of the ratio if there is a peer, else of the quantity itself
 */
public record Row(String what, Reading ours, Optional<Reading> peer, Optional<Goal> goal) {

  /** A quantity that is compared with nothing. */
  public static Row of(String what, Reading ours) {
    return new Row(what, ours, Optional.empty(), Optional.empty());
  }

  public static Row of(String what, Reading ours, Reading peer) {
    return new Row(what, ours, Optional.of(peer), Optional.empty());
  }

  public Row to(Goal wanted) {
    return new Row(what, ours, peer, Optional.of(wanted));
  }

  /** The median of the rounds' ratios, ours by the peer's. */
  public OptionalDouble ratio() {
    return peer.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Statistics.median(Statistics.ratios(ours.values(), peer.get().values())));
  }

  /** Whether the goal is met; nothing without one. */
  public Optional<Boolean> met() {
    return goal.map(wanted -> wanted.metBy(ratio().orElse(ours.median())));
  }
}
