package dev.rivulet.network;

import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;

/**
 * What {@link LossScaling} goes on from.
 *
 * @param factor of the loss, a power of two
 * @param finiteSteps how many steps it has gone well for, since it changed
 */
public record LossScale(float factor, int finiteSteps) {
  static final String TENSOR = "loss_scaling";

  /** Of a batch's summed loss. */
  static final LossScale INITIAL = new LossScale(512, 0);

  /**
   * @throws IllegalArgumentException if the factor is not positive and finite, or the steps are
   *     negative
   */
  public LossScale {
    if (!(factor > 0) || Float.isInfinite(factor) || finiteSteps < 0) {
      throw new IllegalArgumentException(
          "a loss scale of %s after %d steps".formatted(factor, finiteSteps));
    }
  }

  /** F32 [2]: factor, steps. */
  Tensor toTensor() {
    return Tensor.ofFloats(TENSOR, new float[] {factor, finiteSteps}, 2);
  }

  /**
   * @throws SafeTensorsException if the tensor is no loss scale
   */
  static LossScale fromTensor(Tensor tensor) {
    float[] values = tensor.floats();
    if (values.length != 2) {
      throw new SafeTensorsException(
          "tensor %s has shape %s, not [2]".formatted(tensor.name(), tensor.shape()));
    }
    try {
      return new LossScale(values[0], (int) values[1]);
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException("tensor %s: %s".formatted(tensor.name(), e.getMessage()));
    }
  }
}
