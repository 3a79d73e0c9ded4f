package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochOrderTest {

  private static List<Integer> order(int images, long seed, int epoch, int epochImages) {
    EpochOrder order = EpochOrder.of(images, seed, epoch, epochImages);
    return IntStream.range(0, order.size()).map(order::imageAt).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 33, 5_000})
  void hasEveryImageOnce(int images) {
    assertThat(order(images, 1, 1, images))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, images).boxed().toList());
  }

  @Test
  void isTheSameWhenAskedAgain() {
    assertThat(order(1_000, 9, 4, 1_000)).isEqualTo(order(1_000, 9, 4, 1_000));
  }

  @Test
  void isAnotherForEveryEpochAndSeed() {
    List<Integer> order = order(1_000, 9, 4, 1_000);
    assertThat(order(1_000, 9, 5, 1_000)).isNotEqualTo(order);
    assertThat(order(1_000, 10, 4, 1_000)).isNotEqualTo(order);
  }

  @Test
  void takesTheFirstOfTheWholeOrderWhenLimited() {
    assertThat(order(1_000, 9, 4, 10)).isEqualTo(order(1_000, 9, 4, 1_000).subList(0, 10));
  }

  @Test
  void putsEveryImageAnywhereEquallyOften() {
    int[] firsts = new int[5];
    for (int epoch = 1; epoch <= 10_000; epoch++) {
      firsts[EpochOrder.of(5, 3, epoch, 5).imageAt(0)]++;
    }
    for (int count : firsts) {
      // five standard deviations around 2,000
      assertThat(count).isBetween(1_800, 2_200);
    }
  }

  @Test
  void refusesMoreImagesThanThereAre() {
    assertThatThrownBy(() -> EpochOrder.of(5, 0, 1, 6))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EpochOrder.of(5, 0, 1, 2).imageAt(2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
