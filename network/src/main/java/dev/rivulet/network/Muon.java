package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.network.ParameterLayout.Parameter;
import dev.rivulet.network.ParameterLayout.Role;
import java.util.List;
import java.util.Optional;

/**
 * Muon (Jordan and others 2024): the dense kernels between stem and head step along their momentum
 * with all singular values made about 1, so that rare directions learn as fast as common ones. The
 * step's size is set beside Adam's (Liu and others 2025), so that both share rate and decay.
 */
final class Muon {
  // of Jordan's quintic iteration, which takes singular values from anywhere in (0, 1] to about 1
  private static final float LINEAR = 3.4445f;
  private static final float CUBIC = -4.7750f;
  private static final float QUINTIC = 2.0315f;
  private static final int ITERATIONS = 5;
  private static final float TINY = 1e-7f;

  private final List<Parameter> kernels;
  // root mean square of a step, in units of the learning rate
  private final float size;

  private Muon(NetworkConfig config, double size) {
    this.size = (float) size;
    kernels =
        ParameterLayout.of(config).parameters().stream()
            .filter(parameter -> parameter.role() == Role.DENSE)
            .filter(parameter -> !parameter.name().startsWith("head."))
            .toList();
  }

  /** Nothing if the recipe leaves all kernels to Adam. */
  static Optional<Muon> of(Recipe recipe, NetworkConfig config) {
    double size = recipe.value(RecipeSetting.MUON);
    return size > 0 ? Optional.of(new Muon(config, size)) : Optional.empty();
  }

  /**
   * Overwrites the dense kernels' part of a step.
   *
   * @param change what will be taken from the flat weights
   * @param momentum of the flat gradient, its present share included
   * @param beta the momentum's decay per step
   * @param gradientShare what the present gradient has added to the momentum
   */
  void redirect(
      NDArray change, NDArray momentum, float beta, NDArray gradientShare, float learningRate) {
    for (Parameter kernel : kernels) {
      try (NDManager scratch = change.getManager().newSubManager()) {
        NDIndex range = new NDIndex().addSliceDim(kernel.offset(), kernel.offset() + kernel.size());
        NDArray past = momentum.get(scratch, range);
        // Nesterov's: as if the next step's momentum were known, less its gradient
        NDArray ahead = past.mul(beta).add(gradientShare.get(scratch, range));
        int rows = kernel.shape().get(0);
        int columns = kernel.shape().get(1);
        NDArray direction = orthogonal(ahead.reshape(rows, columns));
        float scale = learningRate * size * (float) Math.sqrt(Math.max(rows, columns));
        change.set(range, direction.mul(scale).flatten());
      }
    }
  }

  /** The nearest matrix with equal singular values, about; the work is in the smaller dimension. */
  private static NDArray orthogonal(NDArray matrix) {
    boolean tall = matrix.getShape().get(0) > matrix.getShape().get(1);
    NDArray wide = tall ? matrix.transpose() : matrix;
    NDArray x = wide.div(wide.square().sum().sqrt().add(TINY));
    for (int i = 0; i < ITERATIONS; i++) {
      NDArray gram = x.matMul(x.transpose());
      NDArray polynomial = gram.matMul(gram).mul(QUINTIC).add(gram.mul(CUBIC));
      x = polynomial.matMul(x).add(x.mul(LINEAR));
    }
    return tall ? x.transpose() : x;
  }
}
