package dev.rivulet.trainer.checkpoint;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which checkpoints of a run to drop when another is published: all but the newest few, the best
 * and the pinned one.
 *
 * @param newest how many of the newest are kept, at least 1
 */
public record CheckpointRetention(int newest) {

  public CheckpointRetention {
    if (newest < 1) {
      throw new IllegalArgumentException(
          "rivulet.checkpoints-kept %d: keep at least 1".formatted(newest));
    }
  }

  /**
   * @param epoch the epoch whose checkpoint is being published
   * @param bestBefore the best epoch before this one, 0 if there was none
   * @param bestNow the best epoch including this one
   * @param pinned the epoch that is pinned, if one of this run is
   * @param spared what stayed at earlier epochs because it was pinned
   */
  public Set<Integer> epochsToDrop(
      int epoch, int bestBefore, int bestNow, Optional<Integer> pinned, Set<Integer> spared) {
    int leaving = epoch - newest;
    Set<Integer> drop = new TreeSet<>(spared);
    drop.add(leaving);
    drop.add(bestBefore);
    drop.removeIf(e -> e < 1 || e > leaving || e == bestNow);
    pinned.ifPresent(drop::remove);
    return drop;
  }
}
