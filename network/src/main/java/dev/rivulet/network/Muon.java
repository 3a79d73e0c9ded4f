package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.network.ParameterLayout.Parameter;
import dev.rivulet.network.ParameterLayout.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
  private static final int[] BOTH_AXES = {1, 2};

  // in groups of one shape, which go through the iteration together
  private final List<List<Parameter>> kernels;
  // root mean square of a step, in units of the learning rate
  private final float size;

  private Muon(NetworkConfig config, double size) {
    this.size = (float) size;
    kernels =
        ParameterLayout.of(config).parameters().stream()
            .filter(parameter -> parameter.role() == Role.DENSE)
            .filter(parameter -> !parameter.name().startsWith("head."))
            .collect(
                Collectors.groupingBy(Parameter::shape, LinkedHashMap::new, Collectors.toList()))
            .values()
            .stream()
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
    for (List<Parameter> alike : kernels) {
      try (NDManager scratch = change.getManager().newSubManager()) {
        NDList matrices = new NDList(alike.size());
        for (Parameter kernel : alike) {
          NDArray past = momentum.get(scratch, range(kernel));
          // Nesterov's: as if the next step's momentum were known, less its gradient
          NDArray ahead = past.mul(beta).add(gradientShare.get(scratch, range(kernel)));
          matrices.add(ahead.reshape(rows(kernel), columns(kernel)));
        }
        NDArray directions = orthogonal(NDArrays.stack(matrices));
        int longer = Math.max(rows(alike.get(0)), columns(alike.get(0)));
        directions.muli(learningRate * size * (float) Math.sqrt(longer));
        for (int i = 0; i < alike.size(); i++) {
          change.set(range(alike.get(i)), directions.get(i).flatten());
        }
      }
    }
  }

  private static NDIndex range(Parameter kernel) {
    return new NDIndex().addSliceDim(kernel.offset(), kernel.offset() + kernel.size());
  }

  private static int rows(Parameter kernel) {
    return kernel.shape().get(0);
  }

  private static int columns(Parameter kernel) {
    return kernel.shape().get(1);
  }

  /**
   * For each matrix of [matrices, rows, columns] the nearest one with equal singular values, about;
   * the work is in the smaller dimension.
   */
  private static NDArray orthogonal(NDArray matrices) {
    boolean tall = matrices.getShape().get(1) > matrices.getShape().get(2);
    NDArray wide = tall ? matrices.swapAxes(1, 2) : matrices;
    NDArray norms = wide.square().sum(BOTH_AXES, true).sqrt();
    NDArray x = wide.div(norms.addi(TINY));
    for (int i = 0; i < ITERATIONS; i++) {
      NDArray gram = x.batchMatMul(x.swapAxes(1, 2));
      NDArray polynomial = gram.batchMatMul(gram).muli(QUINTIC).addi(gram.muli(CUBIC));
      x = polynomial.batchMatMul(x).addi(x.muli(LINEAR));
    }
    return tall ? x.swapAxes(1, 2) : x;
  }
}
