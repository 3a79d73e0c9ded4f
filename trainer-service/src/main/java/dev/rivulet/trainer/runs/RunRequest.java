package dev.rivulet.trainer.runs;

import dev.rivulet.events.run.TrainingPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The body of {@code POST /runs}: a plan in which whatever is left out has its default. */
public record RunRequest(
    Optional<String> dataset,
    Optional<Integer> epochs,
    Optional<Integer> batchSize,
    Optional<Boolean> augment,
    Optional<Integer> width,
    Optional<String> recipe,
    Optional<Long> seed,
    Optional<Integer> imagesPerEpoch,
    Optional<String> device,
    Optional<String> precision,
    Optional<List<Integer>> depths,
    Optional<Map<String, Double>> changes) {

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  TrainingPlan plan() {
    TrainingPlan defaults = TrainingPlan.defaults();
    return new TrainingPlan(
        given(dataset, defaults.dataset()),
        given(epochs, defaults.epochs()),
        given(batchSize, defaults.batchSize()),
        given(augment, defaults.augment()),
        given(width, defaults.width()),
        given(recipe, defaults.recipe()),
        given(seed, defaults.seed()),
        given(imagesPerEpoch, defaults.imagesPerEpoch()),
        given(device, defaults.device()),
        given(precision, defaults.precision()),
        given(depths, defaults.depths()),
        given(changes, defaults.changes()));
  }

  private static <T> T given(Optional<T> value, T otherwise) {
    // Jackson leaves out what the body leaves out
    return value == null ? otherwise : value.orElse(otherwise);
  }
}
