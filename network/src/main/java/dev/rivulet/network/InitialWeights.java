package dev.rivulet.network;

import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.Arrays;

/** Draws the weights a network starts from. */
public final class InitialWeights {
  private static final float ORIGINAL_LAYER_SCALE = 1e-6f;

  private InitialWeights() {}

  /** The same with the original's layer scale of 1e-6. */
  public static float[] glorotUniform(NetworkConfig config, long seed) {
    return glorotUniform(config, seed, ORIGINAL_LAYER_SCALE);
  }

  /**
   * Glorot uniform for kernels, in Keras' reading of fan-in and fan-out; biases 0, layer norm gains
   * 1, the scales of bottlenecks as given.
   *
   * <p>A kernel is uniform in ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010). Keras counts
   * fans of a kernel (height, width, inputs, outputs) as height·width·inputs and
   * height·width·outputs, and takes a depthwise kernel (3, 3, channels, multiplier) for one of
   * those.
   *
   * @return the canonical flat vector, a pure function of the arguments
   */
  public static float[] glorotUniform(NetworkConfig config, long seed, float layerScale) {
    ParameterLayout layout = ParameterLayout.of(config);
    float[] weights = new float[layout.size()];
    for (Parameter parameter : layout.parameters()) {
      int from = parameter.offset();
      int to = parameter.end();
      switch (parameter.role()) {
        case BIAS -> Arrays.fill(weights, from, to, 0);
        case GAIN -> Arrays.fill(weights, from, to, 1);
        case BLOCK_SCALE -> Arrays.fill(weights, from, to, layerScale);
        case CONVOLUTION, DEPTHWISE, DENSE ->
            fillUniform(weights, from, to, limit(config, parameter), seed);
      }
    }
    return weights;
  }

  /** √(6 / (fan-in + fan-out)). */
  static double limit(NetworkConfig config, Parameter parameter) {
    int outputs = parameter.shape().get(0);
    int inputs = parameter.shape().get(1);
    int field = parameter.size() / (outputs * inputs);
    if (parameter.role() == ParameterLayout.Role.DEPTHWISE) {
      int stage = Integer.parseInt(parameter.name().split("\\.")[1]);
      inputs = config.channels(stage);
      outputs = config.factors().get(stage);
    }
    return Math.sqrt(6.0 / (field * (double) (inputs + outputs)));
  }

  private static void fillUniform(float[] weights, int from, int to, double limit, long seed) {
    for (int i = from; i < to; i++) {
      weights[i] = (float) ((2 * RandomBits.uniformAt(seed, i) - 1) * limit);
    }
  }
}
