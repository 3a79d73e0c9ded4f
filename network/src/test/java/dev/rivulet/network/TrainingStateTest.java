package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(8, 10);

  @Test
  void comesBackFromItsBlob() {
    float[] weights = InitialWeights.glorotUniform(CONFIG, 1);
    float[] first = InitialWeights.glorotUniform(CONFIG, 2);
    float[] second = InitialWeights.glorotUniform(CONFIG, 3);
    TrainingState state = new TrainingState(CONFIG, weights, first, second, 1L << 40);

    SafeTensors blob = SafeTensors.read(state.toSafeTensors(Map.of("run", "r1")).toBytes());
    TrainingState back = TrainingState.fromSafeTensors(blob);

    assertThat(back).usingRecursiveComparison().isEqualTo(state);
    assertThat(blob.metadata("run")).isEqualTo("r1");
    assertThat(blob.has("adam.v.stem.conv.weight")).isTrue();
  }

  @Test
  void startsWithoutMomentum() {
    TrainingState state = TrainingState.initial(CONFIG, 4);

    assertThat(state.step()).isZero();
    assertThat(state.weights()).isEqualTo(InitialWeights.glorotUniform(CONFIG, 4));
    assertThat(state.firstMoments()).containsOnly(0);
    assertThat(state.secondMoments()).containsOnly(0);
  }

  @Test
  void refusesACheckpointWithoutMoments() {
    SafeTensors checkpoint =
        TrainingState.initial(CONFIG, 4).modelWeights().toSafeTensors(Map.of("step", "1"));

    assertThatThrownBy(() -> TrainingState.fromSafeTensors(checkpoint))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("no tensor adam.m.stem.conv.weight");
  }

  @Test
  void refusesANegativeStep() {
    SafeTensors blob = TrainingState.initial(CONFIG, 4).toSafeTensors(Map.of("step", "-1"));

    assertThatThrownBy(() -> TrainingState.fromSafeTensors(blob))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("step is -1");
  }
}
