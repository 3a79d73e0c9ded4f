package dev.rivulet.network;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;

/**
 * The learning rate of every step of a run: up in a straight line, then down in half a cosine
 * (Loshchilov and Hutter 2017); a pure function of the step.
 */
final class LearningRates {
  private final double peak;
  private final double warmUpSteps;
  private final double finalShare;
  private final long steps;

  /**
   * @param steps of the whole run, at least 1
   */
  LearningRates(Recipe recipe, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("a run has at least one step, not " + steps);
    }
    this.steps = steps;
    peak = recipe.value(RecipeSetting.LEARNING_RATE);
    warmUpSteps = recipe.value(RecipeSetting.WARM_UP) * steps;
    finalShare = recipe.value(RecipeSetting.FINAL_RATE);
  }

  /**
   * @param step from 1; the last one's rate is kept thereafter
   */
  float at(long step) {
    if (step < warmUpSteps) {
      return (float) (peak * step / warmUpSteps);
    }
    double falling = steps - warmUpSteps;
    double done = falling <= 0 ? 1 : Math.min(1, (step - warmUpSteps) / falling);
    double share = finalShare + (1 - finalShare) * (1 + StrictMath.cos(Math.PI * done)) / 2;
    return (float) (peak * share);
  }
}
