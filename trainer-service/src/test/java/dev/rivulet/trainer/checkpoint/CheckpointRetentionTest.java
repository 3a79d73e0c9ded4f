package dev.rivulet.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CheckpointRetentionTest {
  @Test
  void keepsTheNewestFewAndTheBestWhateverTheAccuracies() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int trial = 0; trial < 200; trial++) {
      int newest = 1 + random.nextInt(4);
      CheckpointRetention retention = new CheckpointRetention(newest);
      Set<Integer> kept = new TreeSet<>();
      int best = 0;
      double bestAccuracy = -1;
      for (int epoch = 1; epoch <= 20; epoch++) {
        int bestBefore = best;
        double accuracy = random.nextDouble();
        if (accuracy > bestAccuracy) {
          bestAccuracy = accuracy;
          best = epoch;
        }
        kept.add(epoch);
        kept.removeAll(retention.epochsToDrop(epoch, bestBefore, best));
        Set<Integer> expected = new TreeSet<>();
        expected.add(best);
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
}
