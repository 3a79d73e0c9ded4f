package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.ingest.augment.Augmentation.View;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  private static final Augmentation ORIGINAL = Augmentation.of(Recipe.ORIGINAL);
  private static final int BYTES = 3_072;

  private final byte[] image = new byte[BYTES];

  AugmentationTest() {
    new Random(1).nextBytes(image);
  }

  private byte[] augmented(long seed, int epoch, int index) {
    byte[] result = new byte[BYTES];
    ORIGINAL.apply(image, 0, result, 0, seed, epoch, index);
    return result;
  }

  @ParameterizedTest
  @CsvSource({"false,0,0", "true,0,0", "false,3,-3", "true,-3,3", "true,2,1", "false,-1,0"})
  void fillsTheGapWithTheNearestPixel(boolean flipped, int right, int down) {
    byte[] result = new byte[BYTES];
    new View(flipped, right, down).copy(image, 0, result, 0);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int fromX = Math.max(0, Math.min(31, x - right));
        int fromY = Math.max(0, Math.min(31, y - down));
        int from = 3 * (fromY * 32 + (flipped ? 31 - fromX : fromX));
        int to = 3 * (y * 32 + x);
        assertThat(Arrays.copyOfRange(result, to, to + 3))
            .as("pixel %d,%d", x, y)
            .isEqualTo(Arrays.copyOfRange(image, from, from + 3));
      }
    }
  }

  @Test
  void isTheSameForTheSameSeedEpochAndImage() {
    assertThat(augmented(1, 2, 3)).isEqualTo(augmented(1, 2, 3));
  }

  @Test
  void differsFromEpochToEpochAndImageToImage() {
    // of 2 × 7 × 7 views some are equal by chance, but never nearly all
    int equalEpochs = 0;
    int equalImages = 0;
    for (int i = 0; i < 200; i++) {
      equalEpochs += Arrays.equals(augmented(1, 1, i), augmented(1, 2, i)) ? 1 : 0;
      equalImages += Arrays.equals(augmented(1, 1, i), augmented(1, 1, i + 1)) ? 1 : 0;
    }
    assertThat(equalEpochs).isLessThan(20);
    assertThat(equalImages).isLessThan(20);
  }

  @Test
  void flipsHalfAndShiftsByATenthAtMost() {
    int flips = 0;
    int[] shifts = new int[7];
    int images = 20_000;
    for (int i = 0; i < images; i++) {
      View view = ORIGINAL.view(SeededRandom.of(3, 2, 1, i));
      flips += view.flipped() ? 1 : 0;
      shifts[view.right() + 3]++;
      assertThat(view.down()).isBetween(-3, 3);
    }
    assertThat(flips).isBetween(images / 2 - 350, images / 2 + 350);
    // ±3.2 pixels, rounded: 0.7 of 6.4 to each end, 1 of 6.4 to each whole pixel between
    for (int shift = 0; shift < 7; shift++) {
      double share = shift == 0 || shift == 6 ? 0.7 / 6.4 : 1 / 6.4;
      assertThat(shifts[shift] / (double) images).isBetween(share - 0.015, share + 0.015);
    }
  }

  @Test
  void copiesTheImageWhenThereIsNone() {
    byte[] target = new byte[BYTES + 20];
    Augmentation.NONE.apply(image, 0, target, 10, 1, 2, 3);
    assertThat(Arrays.copyOfRange(target, 10, 10 + BYTES)).isEqualTo(image);
    assertThat(Arrays.copyOf(target, 10)).containsOnly(0);
    assertThat(Arrays.copyOfRange(target, BYTES + 10, BYTES + 20)).containsOnly(0);
  }

  @Test
  void writesOnlyItsOwnRegion() {
    byte[] source = new byte[2 * BYTES];
    System.arraycopy(image, 0, source, BYTES, BYTES);
    byte[] target = new byte[BYTES + 20];
    ORIGINAL.apply(source, BYTES, target, 10, 1, 2, 3);
    assertThat(Arrays.copyOfRange(target, 10, 10 + BYTES)).isEqualTo(augmented(1, 2, 3));
    assertThat(Arrays.copyOf(target, 10)).containsOnly(0);
    assertThat(Arrays.copyOfRange(target, BYTES + 10, BYTES + 20)).containsOnly(0);
  }
}
