package dev.rivulet.network;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a {@link Learner} needs to go on as if it had never stopped.
 *
 * @param weights canonical flat vector; not copied, like the other ones
 * @param firstMoments Adam's running mean of the gradient, canonical flat vector
 * @param secondMoments Adam's running mean of the squared gradient, canonical flat vector
 * @param averaged moving average of the weights, canonical flat vector, if the recipe has one
 * @param lossScale of losses and gradients, if they have been scaled
 * @param step how many steps have been taken, 0 at first
 */
public record TrainingState(
    NetworkConfig config,
    float[] weights,
    float[] firstMoments,
    float[] secondMoments,
    Optional<float[]> averaged,
    Optional<LossScale> lossScale,
    long step) {
  private static final String FIRST = "adam.m.";
  private static final String SECOND = "adam.v.";
  private static final String AVERAGED = "averaged.";
  private static final String STEP = "step";

  /**
   * @throws IllegalArgumentException if a vector has the wrong length or the step is negative
   */
  public TrainingState {
    int needed = config.parameterCount();
    if (weights.length != needed
        || firstMoments.length != needed
        || secondMoments.length != needed
        || averaged.map(all -> all.length != needed).orElse(false)) {
      throw new IllegalArgumentException(
          "%d weights, %d, %d moments and %d averages for a network of %d"
              .formatted(
                  weights.length,
                  firstMoments.length,
                  secondMoments.length,
                  averaged.map(all -> all.length).orElse(0),
                  needed));
    }
    if (step < 0) {
      throw new IllegalArgumentException("step is " + step);
    }
  }

  /** Fresh weights ({@link InitialWeights#glorotUniform}) before the first step. */
  public static TrainingState initial(NetworkConfig config, Recipe recipe, long seed) {
    float layerScale = (float) recipe.value(RecipeSetting.LAYER_SCALE);
    float[] weights = InitialWeights.glorotUniform(config, seed, layerScale);
    return new TrainingState(
        config,
        weights,
        new float[weights.length],
        new float[weights.length],
        averages(recipe) ? Optional.of(weights.clone()) : Optional.empty(),
        Optional.empty(),
        0);
  }

  /** What the vectors of such a state take, in bytes. */
  public static long vectorBytes(NetworkConfig config, Recipe recipe) {
    return (averages(recipe) ? 4L : 3L) * config.parameterCount() * Float.BYTES;
  }

  private static boolean averages(Recipe recipe) {
    return recipe.value(RecipeSetting.AVERAGING) > 0;
  }

  /** The model: the averaged weights if there are any, or the weights; shares their vector. */
  public Weights modelWeights() {
    return new Weights(config, averaged.orElse(weights));
  }

  /**
   * Weights under their own names, moments with the prefixes {@code adam.m.} and {@code adam.v.},
   * averaged weights with {@code averaged.}, the loss scale as {@code loss_scaling}; metadata: the
   * network's shape and {@code step}.
   *
   * @param extraMetadata put after those
   */
  public SafeTensors toSafeTensors(Map<String, String> extraMetadata) {
    List<Tensor> tensors = new ArrayList<>(NamedTensors.split(config, "", weights));
    tensors.addAll(NamedTensors.split(config, FIRST, firstMoments));
    tensors.addAll(NamedTensors.split(config, SECOND, secondMoments));
    averaged.ifPresent(all -> tensors.addAll(NamedTensors.split(config, AVERAGED, all)));
    lossScale.ifPresent(scale -> tensors.add(scale.toTensor()));
    Map<String, String> metadata = new LinkedHashMap<>(config.toMetadata());
    metadata.put(STEP, Long.toString(step));
    metadata.putAll(extraMetadata);
    return SafeTensors.of(tensors, metadata);
  }

  /**
   * Bit for bit what was saved: a run that has diverged goes on to its end like any other.
   *
   * @throws SafeTensorsException if the blob is no such state
   */
  public static TrainingState fromSafeTensors(SafeTensors blob) {
    NetworkConfig config = NetworkConfig.fromMetadata(blob);
    long step = blob.metadataLong(STEP);
    if (step < 0) {
      throw new SafeTensorsException("metadata step is " + step);
    }
    String anyAveraged = AVERAGED + ParameterLayout.of(config).parameters().get(0).name();
    return new TrainingState(
        config,
        NamedTensors.join(config, "", blob),
        NamedTensors.join(config, FIRST, blob),
        NamedTensors.join(config, SECOND, blob),
        blob.has(anyAveraged)
            ? Optional.of(NamedTensors.join(config, AVERAGED, blob))
            : Optional.empty(),
        blob.has(LossScale.TENSOR)
            ? Optional.of(LossScale.fromTensor(blob.tensor(LossScale.TENSOR)))
            : Optional.empty(),
        step);
  }
}
