package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.network.AdamOptimizer.Moments;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamOptimizerTest {
  private static final float RATE = 0.01f;
  private static final Recipe RECIPE =
      Recipe.ORIGINAL.with(Map.of("beta1", 0.8, "beta2", 0.95, "epsilon", 1e-3));

  static {
    ComputeDevice.select("cpu");
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final Moments moments = new Moments(zeros(), zeros());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void followsThePapersUpdate() {
    double[] gradients = {0.5, -2, 1e-4, 0.3};
    double weight = 1;
    double m = 0;
    double v = 0;
    NDArray weights = manager.ones(new Shape(3));
    AdamOptimizer optimizer = new AdamOptimizer(RECIPE, Optional.empty());
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      m = 0.8 * m + 0.2 * g;
      v = 0.95 * v + 0.05 * g * g;
      double rate = RATE * Math.sqrt(1 - Math.pow(0.95, t)) / (1 - Math.pow(0.8, t));
      weight -= rate * m / (Math.sqrt(v) + 1e-3);

      optimizer.update(weights, moments, null, manager.full(new Shape(3), (float) g), t, RATE);
    }
    assertThat((double) weights.toFloatArray()[2]).isCloseTo(weight, within(1e-6));
  }

  @Test
  void takesTheDecayFromTheWeightsThatDecayAlone() {
    AdamOptimizer optimizer =
        new AdamOptimizer(RECIPE.with(Map.of("weightDecay", 2.0)), Optional.empty());
    NDArray weights = manager.create(new float[] {5, 5, -5});
    NDArray decaying = manager.create(new float[] {1, 0, 1});

    optimizer.update(weights, moments, decaying, zeros(), 1, RATE);

    assertThat(weights.toFloatArray()).containsExactly(5 * 0.98f, 5, -5 * 0.98f);
  }

  @Test
  void shortensAGradientThatIsTooLongAndNoOther() {
    AdamOptimizer optimizer =
        new AdamOptimizer(RECIPE.with(Map.of("clipNorm", 2.5)), Optional.empty());
    float[] gradient = {0, 3, -4};

    optimizer.update(zeros(), moments, null, manager.create(gradient), 1, RATE);
    assertThat(moments.first().toFloatArray())
        .containsExactly(new float[] {0, 0.2f * 1.5f, 0.2f * -2}, within(1e-6f));

    Moments others = new Moments(zeros(), zeros());
    new AdamOptimizer(RECIPE.with(Map.of("clipNorm", 5.0)), Optional.empty())
        .update(zeros(), others, null, manager.create(gradient), 1, RATE);
    assertThat(others.first().toFloatArray())
        .containsExactly(new float[] {0, 0.2f * 3, 0.2f * -4}, within(1e-6f));
  }

  private NDArray zeros() {
    return manager.zeros(new Shape(3));
  }
}
