package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeededRandomTest {

  @Test
  void neverChangesItsNumbers() {
    // computed apart, in another language; a change would break the resumption of a training
    SeededRandom random = SeededRandom.of(42, 1, 2, 3);
    assertThat(LongStream.generate(random::nextLong).limit(2))
        .containsExactly(154953774558054057L, 4063374377524604240L);
  }

  @Test
  void givesUnrelatedNumbersForEveryPartOfTheKey() {
    assertThat(
            LongStream.of(
                SeededRandom.of(1, 1, 1, 1).nextLong(),
                SeededRandom.of(2, 1, 1, 1).nextLong(),
                SeededRandom.of(1, 2, 1, 1).nextLong(),
                SeededRandom.of(1, 1, 2, 1).nextLong(),
                SeededRandom.of(1, 1, 1, 2).nextLong()))
        .doesNotHaveDuplicates();
  }

  @Test
  void drawsAllNumbersBelowABoundEquallyOften() {
    SeededRandom random = SeededRandom.of(5, 0, 0, 0);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    for (int count : counts) {
      // five standard deviations around 10,000
      assertThat(count).isBetween(9_537, 10_463);
    }
    assertThat(random.nextInt(1)).isZero();
  }

  @Test
  void spreadsUniformNumbersOverTheirRange() {
    SeededRandom random = SeededRandom.of(6, 0, 0, 0);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double number = random.uniform(-3, 5);
      assertThat(number).isGreaterThanOrEqualTo(-3).isLessThan(5);
      sum += number;
    }
    assertThat(sum / 10_000).isBetween(0.88, 1.12);
  }
}
