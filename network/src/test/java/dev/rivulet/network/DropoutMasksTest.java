package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DropoutMasksTest {
  private static final int IMAGES = 4;
  private static final int PER_IMAGE = 1 << 14;

  @BeforeAll
  static void loadEngine() {
    ComputeDevice.select("cpu");
  }

  @Test
  void keepHalfAndDoubleIt() {
    float[] dropped = apply(new DropoutMasks(1).aim(0, 0, IMAGES), 0, IMAGES);

    int kept = 0;
    for (float value : dropped) {
      assertThat(value).isIn(0f, 2f);
      kept += value > 0 ? 1 : 0;
    }
    // five standard deviations
    assertThat((double) kept / dropped.length)
        .isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(dropped.length)));
  }

  @Test
  void keepHalfAtEveryPlaceOfARandomLong() {
    float[] dropped = apply(new DropoutMasks(1).aim(0, 0, IMAGES), 0, IMAGES);

    int[] kept = new int[Long.SIZE];
    for (int i = 0; i < dropped.length; i++) {
      kept[i % kept.length] += dropped[i] > 0 ? 1 : 0;
    }
    double each = (double) dropped.length / kept.length;
    for (int count : kept) {
      assertThat(count / each).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(each)));
    }
  }

  @Test
  void areAPureFunctionOfSeedStepImageAndLayer() {
    float[] masks = apply(new DropoutMasks(1).aim(5, 0, IMAGES), 3, IMAGES);

    DropoutMasks used = new DropoutMasks(1);
    apply(used.aim(4, 0, 1), 3, 1);
    assertThat(apply(used.aim(5, 0, IMAGES), 3, IMAGES)).isEqualTo(masks);
    assertThat(apply(used.aim(6, 0, IMAGES), 3, IMAGES)).isNotEqualTo(masks);
    assertThat(apply(used.aim(5, 0, IMAGES), 2, IMAGES)).isNotEqualTo(masks);
    assertThat(apply(new DropoutMasks(2).aim(5, 0, IMAGES), 3, IMAGES)).isNotEqualTo(masks);
  }

  @Test
  void doNotDependOnTheSlice() {
    float[] whole = apply(new DropoutMasks(1).aim(5, 0, IMAGES), 3, IMAGES);
    float[] last = apply(new DropoutMasks(1).aim(5, IMAGES - 1, 1), 3, 1);

    assertThat(last).isEqualTo(Arrays.copyOfRange(whole, 3 * PER_IMAGE, whole.length));
  }

  private static float[] apply(Dropout dropout, int layer, int images) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray ones = manager.ones(new Shape(images * 64L, PER_IMAGE / 64));
      return dropout.apply(ones, layer).toFloatArray();
    }
  }
}
