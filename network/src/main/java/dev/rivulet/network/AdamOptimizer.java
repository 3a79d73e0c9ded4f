package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import java.util.Optional;

/**
 * Adam (Kingma and Ba 2015) on one flat vector, with epsilon where Keras and the paper's section 2
 * put it: w -= lr·√(1-β2ᵗ)/(1-β1ᵗ) · m / (√v + ε), after w -= lr·decay·w for kernels (Loshchilov
 * and Hutter 2019). The gradient is first shortened to the recipe's longest norm. A recipe may
 * leave the dense kernels to {@link Muon}.
 */
final class AdamOptimizer {
  private final double beta1;
  private final double beta2;
  private final float epsilon;
  private final double weightDecay;
  private final double clipNorm;
  private final Optional<Muon> muon;

  /**
   * @param muon steps the dense kernels, if there
   */
  AdamOptimizer(Recipe recipe, Optional<Muon> muon) {
    this.muon = muon;
    beta1 = recipe.value(RecipeSetting.BETA1);
    beta2 = recipe.value(RecipeSetting.BETA2);
    epsilon = (float) recipe.value(RecipeSetting.EPSILON);
    weightDecay = recipe.value(RecipeSetting.WEIGHT_DECAY);
    clipNorm = recipe.value(RecipeSetting.CLIP_NORM);
  }

  /** Whether weights decay at all, so that it must be told which. */
  boolean decays() {
    return weightDecay > 0;
  }

  /**
   * Takes one step.
   *
   * @param moments changed with the weights
   * @param decaying 1 for each weight that decays, 0 for others; unused if none does
   * @param gradient overwritten
   * @param step counted from 1
   */
  void update(
      NDArray weights, Moments moments, NDArray decaying, NDArray gradient, long step, float lr) {
    try (NDManager scratch = gradient.getManager().newSubManager()) {
      if (clipNorm > 0) {
        clip(scratch, gradient);
      }
      if (decays()) {
        NDArray kept = decaying.mul((float) (-lr * weightDecay));
        kept.attach(scratch);
        weights.muli(kept.addi(1));
      }
      NDArray square = gradient.square();
      square.attach(scratch);
      moments.second.muli((float) beta2).addi(square.muli(1 - (float) beta2));
      moments.first.muli((float) beta1).addi(gradient.muli(1 - (float) beta1));
      NDArray root = moments.second.sqrt();
      root.attach(scratch);
      NDArray change = moments.first.div(root.addi(epsilon));
      change.attach(scratch);
      change.muli((float) rate(step, lr));
      // the gradient holds its share of the first moment by now
      muon.ifPresent(other -> other.redirect(change, moments.first, (float) beta1, gradient, lr));
      weights.subi(change);
    }
  }

  /** Running means of the gradient and of its square; they stay the caller's to close. */
  record Moments(NDArray first, NDArray second) {}

  private double rate(long step, float lr) {
    return lr * Math.sqrt(1 - Math.pow((float) beta2, step)) / (1 - Math.pow((float) beta1, step));
  }

  /** On the device, without waiting for it: times min(1, longest / norm). */
  private void clip(NDManager scratch, NDArray gradient) {
    NDArray norm = gradient.square().sum().sqrt();
    NDArray longest = scratch.create((float) clipNorm);
    NDArray share = longest.div(norm.maximum(longest));
    gradient.muli(share);
    norm.attach(scratch);
    share.attach(scratch);
  }
}
