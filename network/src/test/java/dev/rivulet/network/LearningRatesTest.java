package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.events.run.Recipe;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearningRatesTest {

  @Test
  void theOriginalsIsConstant() {
    LearningRates rates = new LearningRates(Recipe.ORIGINAL, 100);

    for (long step : new long[] {1, 50, 100, 1_000}) {
      assertThat(rates.at(step)).isEqualTo(0.002f);
    }
  }

  @Test
  void risesInALineAndFallsInHalfACosine() {
    LearningRates rates =
        new LearningRates(
            Recipe.ORIGINAL.with(Map.of("learningRate", 1.0, "warmUp", 0.2, "finalRate", 0.1)),
            100);

    assertThat(rates.at(1)).isEqualTo(0.05f);
    assertThat(rates.at(10)).isEqualTo(0.5f);
    assertThat(rates.at(20)).isEqualTo(1);
    assertThat(rates.at(60)).isCloseTo(0.55f, within(1e-6f));
    assertThat(rates.at(100)).isCloseTo(0.1f, within(1e-6f));
    assertThat(rates.at(200)).isEqualTo(rates.at(100));
  }

  @Test
  void refusesARunWithoutSteps() {
    assertThatThrownBy(() -> new LearningRates(Recipe.ORIGINAL, 0))
        .hasMessageContaining("at least one step");
  }
}
