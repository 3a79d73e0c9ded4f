package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Adam (Kingma and Ba 2015) on one flat vector, with epsilon where Keras and the paper's section 2
 * put it: w -= lr·√(1-β2ᵗ)/(1-β1ᵗ) · m / (√v + ε).
 */
final class AdamOptimizer {
  private final AdamSettings settings;
  private final NDArray firstMoments;
  private final NDArray secondMoments;

  /** The moments stay the caller's to close. */
  AdamOptimizer(AdamSettings settings, NDArray firstMoments, NDArray secondMoments) {
    this.settings = settings;
    this.firstMoments = firstMoments;
    this.secondMoments = secondMoments;
  }

  /**
   * Takes one step.
   *
   * @param gradient overwritten
   * @param step counted from 1
   */
  void update(NDArray weights, NDArray gradient, long step) {
    double beta1 = settings.beta1();
    double beta2 = settings.beta2();
    double rate =
        settings.learningRate()
            * Math.sqrt(1 - Math.pow(beta2, step))
            / (1 - Math.pow(beta1, step));
    try (NDManager scratch = gradient.getManager().newSubManager()) {
      NDArray square = gradient.square();
      square.attach(scratch);
      secondMoments.muli(settings.beta2()).addi(square.muli(1 - settings.beta2()));
      firstMoments.muli(settings.beta1()).addi(gradient.muli(1 - settings.beta1()));
      NDArray root = secondMoments.sqrt();
      root.attach(scratch);
      NDArray change = firstMoments.div(root.addi(settings.epsilon()));
      change.attach(scratch);
      weights.subi(change.muli((float) rate));
    }
  }
}
