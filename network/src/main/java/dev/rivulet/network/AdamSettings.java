package dev.rivulet.network;

/**
 * The optimizer's settings (Kingma and Ba 2015).
 *
 * @param learningRate above 0
 * @param beta1 decay of the first moment per step, from 0 to below 1
 * @param beta2 decay of the second moment per step, from 0 to below 1
 * @param epsilon added to the root of the second moment, above 0
 */
public record AdamSettings(float learningRate, float beta1, float beta2, float epsilon) {

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public AdamSettings {
    if (!(learningRate > 0) || Float.isInfinite(learningRate)) {
      throw new IllegalArgumentException("learning rate must be above 0, not " + learningRate);
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must be from 0 to below 1, not %s and %s".formatted(beta1, beta2));
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be above 0, not " + epsilon);
    }
  }

  /** The original recipe: 0.002, 0.9, 0.999, 1e-7. */
  public static AdamSettings original() {
    return new AdamSettings(0.002f, 0.9f, 0.999f, 1e-7f);
  }

  /** The same with another learning rate. */
  public AdamSettings withLearningRate(float newLearningRate) {
    return new AdamSettings(newLearningRate, beta1, beta2, epsilon);
  }
}
