package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapesDatasetTest {

  @Test
  void isTheSameOnEveryMachine() {
    // recorded on x86-64; the arithmetic is Java's own, so any other value means another picture
    assertThat(ShapesDataset.create(1_000, 100).id()).isEqualTo("shapes-9fa1a94d5c9e");
  }

  @Test
  void hasTenBalancedClasses() {
    Dataset shapes = ShapesDataset.create(1_000, 100);
    assertThat(shapes.classNames()).hasSize(10).contains("disc", "star").isSorted();
    int[] counts = new int[10];
    for (int i = 0; i < 1_000; i++) {
      counts[shapes.train().label(i)]++;
    }
    assertThat(counts).containsOnly(100);
  }

  @Test
  void drawsOtherPicturesForValidation() {
    Dataset shapes = ShapesDataset.create(100, 100);
    assertThat(shapes.train().range(0, 1).images())
        .isNotEqualTo(shapes.validation().range(0, 1).images());
  }

  @Test
  void cannotBeLearnedByALinearClassifier() {
    Dataset shapes = ShapesDataset.create(4_000, 1_000);
    assertThat(SoftmaxRegression.validationAccuracy(shapes)).isLessThan(0.4);
  }

  @Test
  void wouldNoticeIfALinearClassifierSufficed() {
    Split train = new Split(1_000);
    Split validation = new Split(200);
    paintHalves(train);
    paintHalves(validation);
    Dataset easy = Dataset.of("easy", List.of("bright", "dark"), train, validation);
    assertThat(SoftmaxRegression.validationAccuracy(easy)).isGreaterThan(0.95);
  }

  private static void paintHalves(Split split) {
    for (int i = 0; i < split.size(); i++) {
      byte[] pixels = new byte[Split.IMAGE_BYTES];
      Arrays.fill(pixels, (byte) (i % 2 == 0 ? 150 + i % 50 : 50 + i % 50));
      split.put(i, i % 2, pixels);
    }
  }
}
