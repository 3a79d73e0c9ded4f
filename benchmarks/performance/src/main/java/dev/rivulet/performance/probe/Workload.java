package dev.rivulet.performance.probe;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.TrainingPlan;
import java.util.List;
import java.util.Map;

/**
 * What is trained to measure its time: the recipe {@code original} with dropout, which the peers'
 * networks have, too.
 */
public final class Workload {
  private static final String RECIPE = "original";
  private static final Map<String, Double> CHANGES = Map.of("dropout", 0.5);

  private Workload() {}

  static Recipe recipe() {
    return Recipe.named(RECIPE).with(CHANGES);
  }

  /** A run on the built-in data set, fp32 on a CPU. */
  public static TrainingPlan plan(int epochs, int batch, boolean augment, int width, int images) {
    return new TrainingPlan(
        "shapes", epochs, batch, augment, width, RECIPE, 42, images, "cpu", "fp32", List.of(),
        CHANGES);
  }
}
