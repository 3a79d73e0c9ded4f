package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.ingest.dataset.Split;
import dev.rivulet.ingest.dataset.TinyDatasets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochBatchesTest {
  private static final int IMAGES = 1_000;

  private final Split split = TinyDatasets.numbered(IMAGES, 10);

  private EpochBatches batches(int batchSize, int limit) {
    TrainingPlan plan =
        new TrainingPlan("x", 2, batchSize, true, 16, "original", 7, limit, "cpu", "fp32");
    return new EpochBatches(split, plan);
  }

  /** The index that every pixel of a numbered image holds, however it is flipped and shifted. */
  private static int number(LabelledImages batch, int place) {
    int at = place * Split.IMAGE_BYTES;
    return batch.images()[at] & 0xff | (batch.images()[at + 1] & 0xff) << 8;
  }

  private static List<Integer> numbers(EpochBatches batches, int epoch) {
    List<Integer> numbers = new ArrayList<>();
    for (int index = 0; index < batches.batchesPerEpoch(); index++) {
      LabelledImages batch = batches.batch(epoch, index);
      for (int place = 0; place < batch.size(); place++) {
        int number = number(batch, place);
        assertThat(batch.labels()[place]).isEqualTo(number % 10);
        numbers.add(number);
      }
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32, 300, 2_000})
  void publishesEveryImageOnceWithItsLabel(int batchSize) {
    assertThat(numbers(batches(batchSize, 0), 1))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, IMAGES).boxed().toList());
  }

  @Test
  void keepsTheLastPartialBatch() {
    EpochBatches batches = batches(32, 0);
    assertThat(batches.batchesPerEpoch()).isEqualTo(32);
    assertThat(batches.batch(1, 31).size()).isEqualTo(8);
  }

  @Test
  void takesAFreshPartOfTheImagesWhenLimited() {
    EpochBatches batches = batches(32, 50);
    assertThat(numbers(batches, 1)).hasSize(50).doesNotHaveDuplicates();
    assertThat(numbers(batches, 2)).isNotEqualTo(numbers(batches, 1));
  }

  @Test
  void isTheSameInAnyOrderOfAsking() {
    EpochBatches one = batches(300, 0);
    LabelledImages expected = one.batch(2, 1);
    EpochBatches other = batches(300, 0);
    other.batch(1, 3);
    other.batch(3, 0);
    assertThat(other.batch(2, 1).images()).isEqualTo(expected.images());
    assertThat(other.batch(2, 1).labels()).isEqualTo(expected.labels());
  }

  @Test
  void mixesImagesWithTheShareOfTheSecondLabel() {
    Map<String, Double> half = Map.of("mixup", 0.5, "shift", 0.0);
    LabelledImages batch = mixed(half).batch(1, 0);
    LabelledImages again = mixed(half).batch(1, 0);
    LabelledImages plain = mixed(Map.of("shift", 0.0)).batch(1, 0);
    Mixture mixture = batch.mixture().orElseThrow();

    assertThat(again).usingRecursiveComparison().isEqualTo(batch);
    assertThat(batch.labels()).isEqualTo(plain.labels());
    assertThat(plain.mixture()).isEmpty();
    int mixed = 0;
    for (int place = 0; place < batch.size(); place++) {
      int first = plain.images()[place * Split.IMAGE_BYTES] & 0xff;
      int now = batch.images()[place * Split.IMAGE_BYTES] & 0xff;
      float share = mixture.shares()[place];
      if (share == 0) {
        assertThat(now).isEqualTo(first);
      } else {
        mixed++;
      }
    }
    assertThat(mixed).isBetween(100, 156);
  }

  @Test
  void mixesNothingWithoutAugmentation() {
    TrainingPlan plan =
        new TrainingPlan(
            "x", 2, 32, false, 16, "strong", 7, 0, "cpu", "fp32", List.of(), Map.of("mixup", 1.0));
    assertThat(new EpochBatches(split, plan).batch(1, 0).mixture()).isEmpty();
  }

  private EpochBatches mixed(Map<String, Double> changes) {
    TrainingPlan plan =
        new TrainingPlan("x", 2, 256, true, 16, "strong", 7, 0, "cpu", "fp32", List.of(), changes);
    return new EpochBatches(split, plan);
  }

  @Test
  void refusesABatchOutsideTheEpoch() {
    assertThatThrownBy(() -> batches(32, 0).batch(1, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> batches(32, 0).batch(1, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
