package dev.rivulet.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The canonical order of a network's parameters: where each named tensor lies in one flat vector.
 *
 * <p>Names, shapes and the order within a tensor are those of an equivalent PyTorch module, so a
 * checkpoint loads there as it is. A depthwise convolution with multiplier f keeps PyTorch's order:
 * output channel g·f + m is the m-th filter of input channel g.
 */
public final class ParameterLayout {

  /** What a parameter does; it decides its initial value. */
  public enum Role {
    CONVOLUTION,
    DEPTHWISE,
    DENSE,
    BIAS,
    GAIN,
    BLOCK_SCALE;

    /** Whether it is multiplied with activations and summed over, so that weight decay fits it. */
    boolean isKernel() {
      return this == CONVOLUTION || this == DEPTHWISE || this == DENSE;
    }
  }

  /**
   * One named tensor.
   *
   * @param offset index of its first value in the flat vector
   */
  public record Parameter(String name, Role role, List<Integer> shape, int offset) {

    /** The number of values. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Index behind its last value in the flat vector. */
    int end() {
      return offset + size();
    }
  }

  private static final int STEM_KERNEL = 4;
  private static final int DEPTHWISE_KERNEL = 3;

  private final List<Parameter> parameters = new ArrayList<>();
  private int size;

  private ParameterLayout() {}

  public static ParameterLayout of(NetworkConfig config) {
    ParameterLayout layout = new ParameterLayout();
    layout.addStem(config.width());
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        layout.addDownscale("downscales." + (stage - 1), config.channels(stage - 1));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        layout.addBottleneck(
            "stages." + stage + ".blocks." + block,
            config.channels(stage),
            config.factors().get(stage));
      }
    }
    int channels = config.channels(config.stages() - 1);
    layout.addNorm("head.norm", channels);
    layout.addDense("head.dense", channels, config.classes());
    return layout;
  }

  /** All parameters, in the order of the flat vector. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** The length of the flat vector. */
  public int size() {
    return size;
  }

  private void addStem(int width) {
    add(
        "stem.conv.weight",
        Role.CONVOLUTION,
        width,
        NetworkConfig.IMAGE_CHANNELS,
        STEM_KERNEL,
        STEM_KERNEL);
    add("stem.conv.bias", Role.BIAS, width);
    addNorm("stem.norm", width);
  }

  private void addBottleneck(String name, int channels, int factor) {
    int wide = channels * factor;
    add(name + ".depthwise.weight", Role.DEPTHWISE, wide, 1, DEPTHWISE_KERNEL, DEPTHWISE_KERNEL);
    add(name + ".depthwise.bias", Role.BIAS, wide);
    addNorm(name + ".norm", wide);
    addDense(name + ".project", wide, channels);
    add(name + ".scale", Role.BLOCK_SCALE, channels);
  }

  private void addDownscale(String name, int channels) {
    addDense(name + ".dense", channels, 2 * channels);
    addNorm(name + ".norm", 2 * channels);
  }

  private void addNorm(String name, int channels) {
    add(name + ".weight", Role.GAIN, channels);
    add(name + ".bias", Role.BIAS, channels);
  }

  private void addDense(String name, int inputs, int outputs) {
    add(name + ".weight", Role.DENSE, outputs, inputs);
    add(name + ".bias", Role.BIAS, outputs);
  }

  private void add(String name, Role role, Integer... shape) {
    Parameter parameter = new Parameter(name, role, List.of(shape), size);
    parameters.add(parameter);
    size += parameter.size();
  }
}
