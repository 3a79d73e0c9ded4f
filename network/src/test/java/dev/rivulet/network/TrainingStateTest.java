package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingStateTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(8, 10);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void comesBackFromItsBlob(boolean everything) {
    float[] weights = InitialWeights.glorotUniform(CONFIG, 1);
    float[] first = InitialWeights.glorotUniform(CONFIG, 2);
    float[] second = InitialWeights.glorotUniform(CONFIG, 3);
    TrainingState state =
        new TrainingState(
            CONFIG,
            weights,
            first,
            second,
            everything ? Optional.of(InitialWeights.glorotUniform(CONFIG, 4)) : Optional.empty(),
            everything ? Optional.of(new LossScale(0x1p-20f, 1_999)) : Optional.empty(),
            1L << 40);

    SafeTensors blob = SafeTensors.read(state.toSafeTensors(Map.of("run", "r1")).toBytes());
    TrainingState back = TrainingState.fromSafeTensors(blob);

    assertThat(back).usingRecursiveComparison().isEqualTo(state);
    assertThat(blob.metadata("run")).isEqualTo("r1");
    assertThat(blob.has("adam.v.stem.conv.weight")).isTrue();
    assertThat(blob.has("averaged.stem.conv.weight")).isEqualTo(everything);
  }

  @Test
  void comesBackBitForBitAfterADivergedStepAndDoesNotServe() {
    float[] diverged = new float[CONFIG.parameterCount()];
    Arrays.fill(diverged, Float.NaN);
    float[] infinite = new float[CONFIG.parameterCount()];
    Arrays.fill(infinite, Float.NEGATIVE_INFINITY);
    infinite[7] = Float.intBitsToFloat(0x7fc00123);
    TrainingState state =
        new TrainingState(
            CONFIG, diverged, infinite, infinite, Optional.of(infinite), Optional.empty(), 9);

    byte[] blob = state.toSafeTensors(Map.of()).toBytes();
    TrainingState back = TrainingState.fromSafeTensors(SafeTensors.read(blob));

    assertThat(back.toSafeTensors(Map.of()).toBytes()).isEqualTo(blob);
    assertThat(back.firstMoments()[7]).isNaN();
    SafeTensors checkpoint = back.modelWeights().toSafeTensors(Map.of());
    assertThatThrownBy(() -> Weights.fromSafeTensors(checkpoint))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor stem.conv.weight holds -Infinity");
  }

  @Test
  void startsWithoutMomentum() {
    TrainingState state = TrainingState.initial(CONFIG, Recipe.ORIGINAL, 4);

    assertThat(state.step()).isZero();
    assertThat(state.weights()).isEqualTo(InitialWeights.glorotUniform(CONFIG, 4));
    assertThat(state.firstMoments()).containsOnly(0);
    assertThat(state.secondMoments()).containsOnly(0);
  }

  @Test
  void startsAsItsRecipeSaysAndServesTheAverage() {
    TrainingState state = TrainingState.initial(CONFIG, Recipe.STRONG, 4);
    float[] averaged = state.averaged().orElseThrow();

    assertThat(state.weights()).isEqualTo(InitialWeights.glorotUniform(CONFIG, 4, 0.1f));
    assertThat(averaged).isEqualTo(state.weights()).isNotSameAs(state.weights());
    assertThat(state.modelWeights().values()).isSameAs(averaged);
  }

  @Test
  void refusesACheckpointWithoutMoments() {
    SafeTensors checkpoint =
        TrainingState.initial(CONFIG, Recipe.ORIGINAL, 4)
            .modelWeights()
            .toSafeTensors(Map.of("step", "1"));

    assertThatThrownBy(() -> TrainingState.fromSafeTensors(checkpoint))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("no tensor adam.m.stem.conv.weight");
  }

  @Test
  void refusesALossScaleThatScalesNothing() {
    Tensor zero = Tensor.ofFloats("loss_scaling", new float[] {0, 1}, 2);
    Tensor single = Tensor.ofFloats("loss_scaling", new float[] {8}, 1);

    assertThatThrownBy(() -> LossScale.fromTensor(zero))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor loss_scaling: a loss scale of 0.0 after 1 steps");
    assertThatThrownBy(() -> LossScale.fromTensor(single))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor loss_scaling has shape [1], not [2]");
  }

  @Test
  void refusesANegativeStep() {
    SafeTensors blob =
        TrainingState.initial(CONFIG, Recipe.ORIGINAL, 4).toSafeTensors(Map.of("step", "-1"));

    assertThatThrownBy(() -> TrainingState.fromSafeTensors(blob))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("step is -1");
  }
}
