package dev.rivulet.network;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.network.TrainingSource.Dropout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The loss of some images and its gradient by the weights: forward and backward pass are a program
 * that the engine runs in one call.
 *
 * <p>Thread-safe for workers of different numbers. On a GPU dropout is the engine's, which has one
 * generator for all of the process.
 */
final class LossGradient implements AutoCloseable {
  /**
   * What all slices of a batch have in common.
   *
   * @param owner of the results
   * @param number decides the dropout, together with the seed
   * @param factor of the loss, if the device scales it
   */
  record Step(
      NDManager owner,
      NDArray weights,
      LabelledImages batch,
      long number,
      Optional<NDArray> factor) {}

  /**
   * What a slice of a batch adds to it.
   *
   * @param gradient FLOAT32, in {@link EngineOrder}, of the summed loss, times its factor if there
   *     is one
   * @param loss FLOAT64, summed up
   * @param correct INT64, how many answers were right
   */
  record Share(NDArray gradient, NDArray loss, NDArray correct) {}

  private final Dropout dropout;
  private final float labelSmoothing;
  private final long seed;
  private final List<DropoutMasks> masks;
  private final NDArray means;
  private final NDArray deviations;
  private final SharedScript script;

  /**
   * @param manager owns what is kept from step to step
   */
  LossGradient(
      NDManager manager, ComputeDevice device, NetworkConfig config, Recipe recipe, long seed) {
    this.seed = seed;
    dropout = dropout(device, recipe);
    labelSmoothing = (float) recipe.value(RecipeSetting.LABEL_SMOOTHING);
    masks =
        IntStream.range(0, device.threads())
            .mapToObj(worker -> new DropoutMasks(config, seed))
            .toList();
    means = EngineVectors.create(manager, Normalization.pixelMeans());
    deviations = EngineVectors.create(manager, Normalization.pixelDeviations());
    script = SharedScript.of(new TrainingSource(config, device, dropout).write(), device.device());
  }

  private static Dropout dropout(ComputeDevice device, Recipe recipe) {
    if (recipe.value(RecipeSetting.DROPOUT) == 0) {
      return Dropout.NONE;
    }
    return device.isGpu() ? Dropout.ENGINE : Dropout.MASKS;
  }

  /**
   * The share of n images from the first one on.
   *
   * @param worker who computes, from 0 to below the device's threads
   */
  Share share(Step step, int first, int n, int worker) {
    if (dropout == Dropout.ENGINE) {
      Engine.getInstance().setRandomSeed((int) RandomBits.at(seed, step.number));
    }
    try (NDManager slice = step.owner.newSubManager()) {
      List<NDArray> inputs = new ArrayList<>();
      // first, so that its manager gets the results
      inputs.add(step.batch.images(slice, first, n));
      inputs.addAll(List.of(step.weights, means, deviations));
      inputs.add(step.batch.targets(slice, first, n, labelSmoothing));
      inputs.add(step.batch.labels(slice, first, n));
      step.factor.ifPresent(inputs::add);
      if (dropout == Dropout.MASKS) {
        inputs.add(masks.get(worker).draw(slice, step.number, first, n));
      }
      NDList results = script.get().withGradients(inputs.toArray(NDArray[]::new));
      results.attach(step.owner);
      return new Share(results.get(0), results.get(1), results.get(2));
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
