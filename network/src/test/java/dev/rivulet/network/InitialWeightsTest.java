package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialWeightsTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(32, 10);

  @Test
  void areAPureFunctionOfTheSeed() {
    assertThat(InitialWeights.glorotUniform(CONFIG, 5))
        .isEqualTo(InitialWeights.glorotUniform(CONFIG, 5))
        .isNotEqualTo(InitialWeights.glorotUniform(CONFIG, 6));
  }

  @ParameterizedTest
  @CsvSource({
    "stem.conv.weight, 48, 512",
    "stages.0.blocks.0.depthwise.weight, 288, 18",
    "stages.1.blocks.3.depthwise.weight, 576, 36",
    "stages.1.blocks.0.project.weight, 256, 64",
    "downscales.1.dense.weight, 64, 128",
    "head.dense.weight, 128, 10",
  })
  void fillTheRangeThatKerasFansGive(String name, int fanIn, int fanOut) {
    double limit = Math.sqrt(6.0 / (fanIn + fanOut));
    float[] values = values(name);

    double mean = 0;
    double meanSquare = 0;
    for (float value : values) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) limit);
      mean += value / values.length;
      meanSquare += (double) value * value / values.length;
    }
    assertThat(mean).isCloseTo(0, within(0.15 * limit));
    assertThat(meanSquare).isCloseTo(limit * limit / 3, within(0.15 * limit * limit / 3));
  }

  @Test
  void startBiasesGainsAndScalesAtTheirConstants() {
    assertThat(values("stages.2.blocks.1.depthwise.bias")).containsOnly(0);
    assertThat(values("stages.2.blocks.1.norm.bias")).containsOnly(0);
    assertThat(values("stages.2.blocks.1.norm.weight")).containsOnly(1);
    assertThat(values("stages.2.blocks.1.scale")).containsOnly(1e-6f);
  }

  private static float[] values(String name) {
    Parameter parameter =
        ParameterLayout.of(CONFIG).parameters().stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow();
    float[] all = InitialWeights.glorotUniform(CONFIG, 1);
    return Arrays.copyOfRange(all, parameter.offset(), parameter.offset() + parameter.size());
  }
}
