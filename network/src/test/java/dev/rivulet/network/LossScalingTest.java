package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossScalingTest {
  private static final float FACTOR = 1_024;

  private NDManager manager;
  private NDArray weights;
  private final Consumer<NDArray> descent = gradient -> weights.subi(gradient);

  @BeforeEach
  void weights() {
    ComputeDevice.select("cpu", 1);
    manager = NDManager.newBaseManager();
    weights = manager.create(new float[] {0.1f, -5, 3});
  }

  @AfterEach
  void free() {
    manager.close();
  }

  @Test
  void dividesTheGradientByTheFactorOfTheLoss() {
    LossScaling scaling = new LossScaling(manager, new LossScale(FACTOR, 7));

    assertThat(scaling.factor().getFloat()).isEqualTo(FACTOR);
    step(scaling, 2 * FACTOR, 0.25f * FACTOR, -1e-6f * FACTOR);

    assertThat(weights.toFloatArray()).containsExactly(0.1f - 2, -5.25f, 3 + 1e-6f);
    assertThat(scaling.state()).isEqualTo(new LossScale(FACTOR, 8));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
  void aGradientThatOverflowedChangesNothingButTheFactor(float overflowed) {
    LossScaling scaling = new LossScaling(manager, new LossScale(FACTOR, 7));

    step(scaling, 1, overflowed, 2);

    assertThat(weights.toFloatArray()).containsExactly(0.1f, -5, 3);
    assertThat(scaling.state()).isEqualTo(new LossScale(FACTOR / 2, 0));
  }

  @Test
  void undoesWhatTheStepDoesWithoutAGradient() {
    LossScaling scaling = new LossScaling(manager, new LossScale(FACTOR, 7));
    NDArray gradient = manager.create(new float[] {Float.NaN, 0, 0});

    scaling.step(gradient, List.of(weights), zeros -> weights.muli(0.9f));

    assertThat(weights.toFloatArray()).containsExactly(0.1f, -5, 3);
  }

  @Test
  void growsAfterManyStepsThatWentWell() {
    LossScaling scaling =
        new LossScaling(manager, new LossScale(FACTOR, LossScaling.GROWTH_STEPS - 2));

    step(scaling, 1, 1, 1);
    assertThat(scaling.state()).isEqualTo(new LossScale(FACTOR, LossScaling.GROWTH_STEPS - 1));
    step(scaling, 1, 1, 1);
    assertThat(scaling.state()).isEqualTo(new LossScale(2 * FACTOR, 0));
  }

  private void step(LossScaling scaling, float... gradient) {
    scaling.step(manager.create(gradient), List.of(weights), descent);
  }
}
