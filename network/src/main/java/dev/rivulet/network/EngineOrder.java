package dev.rivulet.network;

import dev.rivulet.network.ParameterLayout.Parameter;

/**
 * Translates between the canonical flat vector and the order the engine computes in.
 *
 * <p>A depthwise convolution with multiplier f runs with multiplier 1 on f copies of its c
 * channels, one after the other, so the engine's widened channel m·c + g is the canonical channel
 * g·f + m. This moves the rows of a bottleneck's depthwise kernel and bias and of its norm, and the
 * columns of its projection.
 */
final class EngineOrder {
  private final int[] canonicalIndex;

  EngineOrder(NetworkConfig config) {
    ParameterLayout layout = ParameterLayout.of(config);
    canonicalIndex = new int[layout.size()];
    for (Parameter parameter : layout.parameters()) {
      String[] path = parameter.name().split("\\.");
      boolean widened = path[0].equals("stages") && !path[path.length - 1].equals("scale");
      if (widened && parameter.name().endsWith(".project.weight")) {
        permuteColumns(config, stage(path), parameter);
      } else if (widened && !parameter.name().endsWith(".project.bias")) {
        permuteRows(config, stage(path), parameter);
      } else {
        copy(parameter);
      }
    }
  }

  float[] toEngine(float[] canonical) {
    float[] values = new float[canonicalIndex.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = canonical[canonicalIndex[i]];
    }
    return values;
  }

  float[] toCanonical(float[] engine) {
    float[] values = new float[canonicalIndex.length];
    for (int i = 0; i < values.length; i++) {
      values[canonicalIndex[i]] = engine[i];
    }
    return values;
  }

  private void copy(Parameter parameter) {
    int end = parameter.end();
    for (int i = parameter.offset(); i < end; i++) {
      canonicalIndex[i] = i;
    }
  }

  private void permuteRows(NetworkConfig config, int stage, Parameter parameter) {
    int rows = parameter.shape().get(0);
    int rowSize = parameter.size() / rows;
    for (int row = 0; row < rows; row++) {
      int from = parameter.offset() + canonicalChannel(config, stage, row) * rowSize;
      int to = parameter.offset() + row * rowSize;
      for (int i = 0; i < rowSize; i++) {
        canonicalIndex[to + i] = from + i;
      }
    }
  }

  private void permuteColumns(NetworkConfig config, int stage, Parameter parameter) {
    int rows = parameter.shape().get(0);
    int columns = parameter.shape().get(1);
    for (int row = 0; row < rows; row++) {
      int start = parameter.offset() + row * columns;
      for (int column = 0; column < columns; column++) {
        canonicalIndex[start + column] = start + canonicalChannel(config, stage, column);
      }
    }
  }

  private static int canonicalChannel(NetworkConfig config, int stage, int engineChannel) {
    int channels = config.channels(stage);
    int filter = engineChannel / channels;
    int group = engineChannel % channels;
    return group * config.factors().get(stage) + filter;
  }

  private static int stage(String[] path) {
    return Integer.parseInt(path[1]);
  }
}
