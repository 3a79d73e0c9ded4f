package dev.rivulet.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Which checkpoints of a run to drop when another is published: all but the newest few and the
 * best.
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
   */
  public List<Integer> epochsToDrop(int epoch, int bestBefore, int bestNow) {
    List<Integer> drop = new ArrayList<>();
    int leaving = epoch - newest;
    if (leaving >= 1 && leaving != bestNow) {
      drop.add(leaving);
    }
    boolean bestLostItsPlace = bestBefore != bestNow && bestBefore >= 1 && bestBefore < leaving;
    if (bestLostItsPlace) {
      drop.add(bestBefore);
    }
    return drop;
  }
}
