package dev.rivulet.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CheckpointRetentionTest {
  @Test
  void keepsTheNewestFewAndTheBestAndThePinnedOneWhateverTheAccuracies() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int trial = 0; trial < 500; trial++) {
      int newest = 1 + random.nextInt(4);
      CheckpointRetention retention = new CheckpointRetention(newest);
      Set<Integer> kept = new TreeSet<>();
      Set<Integer> spared = new TreeSet<>();
      Optional<Integer> pinned = Optional.empty();
      int best = 0;
      double bestAccuracy = -1;
      for (int epoch = 1; epoch <= 20; epoch++) {
        int bestBefore = best;
        // few values, so that there are equals
        double accuracy = random.nextInt(5);
        if (accuracy >= bestAccuracy) {
          bestAccuracy = accuracy;
          best = epoch;
        }
        pinned = random.nextInt(3) == 0 ? somethingOf(kept, random) : pinned;
        kept.add(epoch);
        Set<Integer> drop = retention.epochsToDrop(epoch, bestBefore, best, pinned, spared);
        assertThat(kept).containsAll(drop);
        kept.removeAll(drop);
        spared.removeAll(drop);
        pinned.ifPresent(spared::add);
        Set<Integer> expected = new TreeSet<>();
        expected.add(best);
        pinned.ifPresent(expected::add);
        for (int e = Math.max(1, epoch - newest + 1); e <= epoch; e++) {
          expected.add(e);
        }
        assertThat(kept).isEqualTo(expected);
      }
    }
  }

  @Test
  void refusesToKeepNone() {
    assertThatThrownBy(() -> new CheckpointRetention(0)).hasMessageContaining("at least 1");
  }

  private static Optional<Integer> somethingOf(Set<Integer> kept, RandomGenerator random) {
    return kept.stream().skip(random.nextInt(kept.size() + 1)).findFirst();
  }
}
