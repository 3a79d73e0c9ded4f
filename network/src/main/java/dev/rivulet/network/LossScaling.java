package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps gradients within the narrow range of FLOAT16 (Micikevicius et al. 2018): the loss is
 * multiplied before the backward pass, the gradient divided after it. A step whose gradient
 * overflowed changes nothing but the factor, which is halved; after 2,000 steps that went well it
 * is doubled.
 *
 * <p>All of it happens on the device, and nobody waits for it. Factors are powers of two, so
 * multiplying and dividing loses no bits. Not thread-safe.
 */
final class LossScaling {
  static final int GROWTH_STEPS = 2_000;

  private final NDArray factor;
  private final NDArray finiteSteps;

  /**
   * @param manager owns what is kept from step to step
   */
  LossScaling(NDManager manager, LossScale from) {
    factor = manager.create(from.factor());
    finiteSteps = manager.create((float) from.finiteSteps());
  }

  /** What the loss is multiplied with before the backward pass; FLOAT32, on the device. */
  NDArray factor() {
    return factor;
  }

  /**
   * Takes a step, or not, and adapts the factor.
   *
   * @param gradient of the scaled loss
   * @param changing what the step changes, in place; FLOAT32
   * @param step is given the true gradient, or zeros if that overflowed; what it did is undone then
   */
  void step(NDArray gradient, List<NDArray> changing, Consumer<NDArray> step) {
    try (NDManager scratch = gradient.getManager().newSubManager()) {
      gradient.attach(scratch);
      // zero times whatever is not finite is not a number
      NDArray finite = gradient.mul(0).sum().eq(0);
      NDArray taken = finite.toType(DataType.FLOAT32, false);
      NDArray undone = taken.neg().addi(1);
      NDArray everywhere = finite.broadcast(gradient.getShape());
      NDArray usable = NDArrays.where(everywhere, gradient.div(factor), gradient.zerosLike());
      usable.attach(scratch);
      List<NDArray> before =
          changing.stream()
              .map(
                  array -> {
                    NDArray copy = array.duplicate();
                    copy.attach(scratch);
                    return copy;
                  })
              .toList();
      step.accept(usable);
      for (int i = 0; i < before.size(); i++) {
        changing.get(i).muli(taken).addi(before.get(i).muli(undone));
      }
      adapt(taken, undone);
    }
  }

  private void adapt(NDArray taken, NDArray undone) {
    finiteSteps.addi(1).muli(taken);
    NDArray enough = finiteSteps.gte(GROWTH_STEPS);
    enough.attach(taken.getManager());
    NDArray grows = enough.toType(DataType.FLOAT32, false);
    factor.muli(undone.mul(-0.5f).addi(1)).muli(grows.add(1));
    finiteSteps.muli(grows.neg().addi(1));
  }

  /** A copy of what later steps depend on; waits for the device. */
  LossScale state() {
    return new LossScale(factor.toFloatArray()[0], (int) finiteSteps.toFloatArray()[0]);
  }
}
