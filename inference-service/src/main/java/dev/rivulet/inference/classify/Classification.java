package dev.rivulet.inference.classify;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.prediction.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one model sees in one image.
 *
 * @param probabilities one per class of the model, in its order
 */
public record Classification(ModelDescription model, float[] probabilities) {

  /** The most probable class; of equals the first. */
  public String label() {
    return model.classes().get(best());
  }

  boolean isFinite() {
    for (float probability : probabilities) {
      if (!Float.isFinite(probability)) {
        return false;
      }
    }
    return true;
  }

  /** The event that tells it; {@code imageAt} is when the image was there. */
  public Prediction toPrediction(
      String id, Optional<Prediction.Source> source, Instant imageAt, Instant predictedAt) {
    List<String> classes = model.classes();
    Map<String, Double> byClass = new LinkedHashMap<>();
    for (int i = 0; i < probabilities.length; i++) {
      byClass.put(classes.get(i), (double) probabilities[i]);
    }
    return new Prediction(
        id,
        label(),
        probabilities[best()],
        byClass,
        new Prediction.Model(
            model.run(),
            model.epoch(),
            model.dataset(),
            model.validationAccuracy(),
            model.sha256()),
        source,
        imageAt,
        predictedAt,
        latency(imageAt, predictedAt).toNanos() / 1e6);
  }

  /** Not negative, though the clocks of two machines may say so. */
  static Duration latency(Instant imageAt, Instant outcomeAt) {
    return imageAt.isAfter(outcomeAt) ? Duration.ZERO : Duration.between(imageAt, outcomeAt);
  }

  private int best() {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }
}
