package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DropoutMasksTest {
  private static final int IMAGES = 4;
  private static final NetworkConfig CONFIG =
      new NetworkConfig(8, List.of(1, 2), List.of(2, 3), 10);
  private static final int FIRST_LAYER = 32 * 32 * 8 * 2;
  private static final int OTHER_LAYERS = 16 * 16 * 16 * 3;

  @BeforeAll
  static void loadEngine() {
    ComputeDevice.select("cpu");
  }

  @Test
  void coverEachLayersWidenedActivations() {
    assertThat(DropoutMasks.bytesPerImage(CONFIG))
        .containsExactly(FIRST_LAYER, OTHER_LAYERS, OTHER_LAYERS);
    assertThat(masks(1, 0, 0, IMAGES)).hasSize(IMAGES * (FIRST_LAYER + 2 * OTHER_LAYERS));
  }

  @Test
  void keepHalfAndDoubleIt() {
    byte[] masks = masks(1, 0, 0, IMAGES);

    int kept = 0;
    for (byte value : masks) {
      assertThat(value).isIn((byte) 0, (byte) 2);
      kept += value > 0 ? 1 : 0;
    }
    // five standard deviations
    assertThat((double) kept / masks.length)
        .isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(masks.length)));
  }

  @Test
  void keepHalfAtEveryPlaceOfARandomLong() {
    byte[] masks = masks(1, 0, 0, IMAGES);

    int[] kept = new int[Long.SIZE];
    for (int i = 0; i < masks.length; i++) {
      kept[i % kept.length] += masks[i] > 0 ? 1 : 0;
    }
    double each = (double) masks.length / kept.length;
    for (int count : kept) {
      assertThat(count / each).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(each)));
    }
  }

  @Test
  void areAPureFunctionOfSeedStepImageAndLayer() {
    byte[] expected = masks(1, 5, 0, IMAGES);

    DropoutMasks used = new DropoutMasks(CONFIG, 1);
    bytes(used, 4, 0, 1);
    assertThat(bytes(used, 5, 0, IMAGES)).isEqualTo(expected);
    assertThat(bytes(used, 6, 0, IMAGES)).isNotEqualTo(expected);
    assertThat(masks(2, 5, 0, IMAGES)).isNotEqualTo(expected);
    assertThat(otherLayer(expected, 2)).isNotEqualTo(otherLayer(expected, 1));
  }

  @Test
  void doNotDependOnTheSlice() {
    byte[] whole = masks(1, 5, 0, IMAGES);
    byte[] last = masks(1, 5, IMAGES - 1, 1);

    int fromSecond = IMAGES * FIRST_LAYER;
    assertThat(Arrays.copyOf(last, FIRST_LAYER))
        .isEqualTo(Arrays.copyOfRange(whole, fromSecond - FIRST_LAYER, fromSecond));
    assertThat(Arrays.copyOfRange(last, last.length - OTHER_LAYERS, last.length))
        .isEqualTo(Arrays.copyOfRange(whole, whole.length - OTHER_LAYERS, whole.length));
  }

  /** Of one of the layers that are alike, 1 or 2. */
  private static byte[] otherLayer(byte[] masks, int layer) {
    int from = IMAGES * (FIRST_LAYER + (layer - 1) * OTHER_LAYERS);
    return Arrays.copyOfRange(masks, from, from + IMAGES * OTHER_LAYERS);
  }

  private static byte[] masks(long seed, long step, int firstImage, int images) {
    return bytes(new DropoutMasks(CONFIG, seed), step, firstImage, images);
  }

  private static byte[] bytes(DropoutMasks masks, long step, int firstImage, int images) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return masks.draw(manager, step, firstImage, images).toByteArray();
    }
  }
}
