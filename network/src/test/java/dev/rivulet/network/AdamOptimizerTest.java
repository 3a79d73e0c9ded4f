package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class AdamOptimizerTest {

  @Test
  void followsThePapersUpdate() {
    AdamSettings settings = new AdamSettings(0.01f, 0.8f, 0.95f, 1e-3f);
    double[] gradients = {0.5, -2, 1e-4, 0.3};
    double weight = 1;
    double m = 0;
    double v = 0;
    ComputeDevice.select("cpu");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weights = manager.ones(new Shape(3));
      AdamOptimizer optimizer =
          new AdamOptimizer(settings, manager.zeros(new Shape(3)), manager.zeros(new Shape(3)));
      for (int t = 1; t <= gradients.length; t++) {
        double g = gradients[t - 1];
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g * g;
        double rate = 0.01 * Math.sqrt(1 - Math.pow(0.95, t)) / (1 - Math.pow(0.8, t));
        weight -= rate * m / (Math.sqrt(v) + 1e-3);

        optimizer.update(weights, manager.full(new Shape(3), (float) g), t);
      }
      assertThat((double) weights.toFloatArray()[2]).isCloseTo(weight, within(1e-6));
    }
  }

  @Test
  void refusesSettingsOutsideTheirRanges() {
    assertThatThrownBy(() -> new AdamSettings(0, 0.9f, 0.999f, 1e-7f))
        .hasMessageContaining("learning rate must be above 0");
    assertThatThrownBy(() -> new AdamSettings(Float.NaN, 0.9f, 0.999f, 1e-7f))
        .hasMessageContaining("learning rate must be above 0");
    assertThatThrownBy(() -> new AdamSettings(1, 1, 0.999f, 1e-7f))
        .hasMessageContaining("beta1 and beta2");
    assertThatThrownBy(() -> new AdamSettings(1, 0.9f, 0.999f, 0)).hasMessageContaining("epsilon");
  }
}
