package dev.rivulet.network;

import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The network's definition in plain loops and 64-bit arithmetic, in canonical order, to judge the
 * engine's results by.
 */
final class ReferenceNetwork {
  /** The factor that dropout applies to one activation: 0, 2, or 1 without dropout. */
  interface DropoutFactor {
    double of(int layer, int pixel, int canonicalChannel);
  }

  private final NetworkConfig config;
  private final double[] weights;
  private final Map<String, Parameter> parameters = new HashMap<>();

  ReferenceNetwork(NetworkConfig config, double[] weights) {
    this.config = config;
    this.weights = weights;
    for (Parameter parameter : ParameterLayout.of(config).parameters()) {
      parameters.put(parameter.name(), parameter);
    }
  }

  double crossEntropy(byte[] images, int image, int label, DropoutFactor dropout) {
    double[] logits = logits(images, image, dropout);
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.log(sum) - logits[label];
  }

  double[] logits(byte[] images, int image, DropoutFactor dropout) {
    double[][] x = stem(images, image);
    int layer = 0;
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        x = downscale("downscales." + (stage - 1), x, config.side(stage - 1));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        bottleneck("stages.%d.blocks.%d".formatted(stage, block), x, stage, layer++, dropout);
      }
    }
    double[] pooled = new double[x[0].length];
    for (double[] pixel : x) {
      for (int c = 0; c < pooled.length; c++) {
        pooled[c] += pixel[c] / x.length;
      }
    }
    norm("head.norm", pooled, 1e-3);
    for (int c = 0; c < pooled.length; c++) {
      pooled[c] = Math.max(0, pooled[c]);
    }
    return dense("head.dense", pooled, config.classes());
  }

  private double[][] stem(byte[] images, int image) {
    double[] means = {0.4913997551666284, 0.48215855929893703, 0.4465309133731618};
    double[] deviations = {0.24703225141799082, 0.24348516474564, 0.26158783926049628};
    double[][] out = new double[32 * 32][config.width()];
    int weight = offset("stem.conv.weight");
    int bias = offset("stem.conv.bias");
    for (int pixel = 0; pixel < out.length; pixel++) {
      for (int o = 0; o < config.width(); o++) {
        double sum = weights[bias + o];
        for (int k = 0; k < 16 * 3; k++) {
          int row = pixel / 32 + k / 12 - 1;
          int column = pixel % 32 + k / 3 % 4 - 1;
          if (row >= 0 && row < 32 && column >= 0 && column < 32) {
            int c = k % 3;
            int value = images[((image * 32 + row) * 32 + column) * 3 + c] & 0xff;
            sum +=
                (value / 255.0 - means[c])
                    / deviations[c]
                    * weights[weight + (o * 3 + c) * 16 + k / 3];
          }
        }
        out[pixel][o] = sum;
      }
      norm("stem.norm", out[pixel], 1e-3);
    }
    return out;
  }

  private void bottleneck(String name, double[][] x, int stage, int layer, DropoutFactor dropout) {
    int channels = config.channels(stage);
    double[][] branch = new double[x.length][];
    for (int pixel = 0; pixel < x.length; pixel++) {
      double[] wide = depthwise(name + ".depthwise", x, pixel, stage);
      norm(name + ".norm", wide, 1e-3);
      for (int c = 0; c < wide.length; c++) {
        wide[c] = gelu(wide[c]) * dropout.of(layer, pixel, c);
      }
      branch[pixel] = dense(name + ".project", wide, channels);
    }
    int scale = offset(name + ".scale");
    for (int pixel = 0; pixel < x.length; pixel++) {
      for (int c = 0; c < channels; c++) {
        x[pixel][c] += weights[scale + c] * branch[pixel][c];
      }
    }
  }

  private double[] depthwise(String name, double[][] x, int pixel, int stage) {
    int factor = config.factors().get(stage);
    int side = config.side(stage);
    double[] wide = new double[config.channels(stage) * factor];
    int weight = offset(name + ".weight");
    int bias = offset(name + ".bias");
    for (int o = 0; o < wide.length; o++) {
      wide[o] = weights[bias + o];
      for (int k = 0; k < 9; k++) {
        int row = pixel / side + k / 3 - 1;
        int column = pixel % side + k % 3 - 1;
        if (row >= 0 && row < side && column >= 0 && column < side) {
          wide[o] += weights[weight + o * 9 + k] * x[row * side + column][o / factor];
        }
      }
    }
    return wide;
  }

  private double[][] downscale(String name, double[][] x, int side) {
    int channels = 2 * x[0].length;
    double[][] out = new double[x.length / 4][channels];
    for (int pixel = 0; pixel < out.length; pixel++) {
      Arrays.fill(out[pixel], Double.NEGATIVE_INFINITY);
      for (int corner = 0; corner < 4; corner++) {
        int row = pixel / (side / 2) * 2 + corner / 2;
        int column = pixel % (side / 2) * 2 + corner % 2;
        double[] doubled = dense(name + ".dense", x[row * side + column], channels);
        for (int c = 0; c < channels; c++) {
          out[pixel][c] = Math.max(out[pixel][c], doubled[c]);
        }
      }
      norm(name + ".norm", out[pixel], 1e-6);
    }
    return out;
  }

  private double[] dense(String name, double[] in, int outputs) {
    double[] out = new double[outputs];
    int weight = offset(name + ".weight");
    int bias = offset(name + ".bias");
    for (int o = 0; o < outputs; o++) {
      out[o] = weights[bias + o];
      for (int i = 0; i < in.length; i++) {
        out[o] += weights[weight + o * in.length + i] * in[i];
      }
    }
    return out;
  }

  private void norm(String name, double[] row, double epsilon) {
    double mean = 0;
    double variance = 0;
    for (double value : row) {
      mean += value / row.length;
    }
    for (double value : row) {
      variance += (value - mean) * (value - mean) / row.length;
    }
    int gain = offset(name + ".weight");
    int bias = offset(name + ".bias");
    double deviation = Math.sqrt(variance + epsilon);
    for (int c = 0; c < row.length; c++) {
      row[c] = (row[c] - mean) / deviation * weights[gain + c] + weights[bias + c];
    }
  }

  private int offset(String name) {
    return parameters.get(name).offset();
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + erf(x / Math.sqrt(2)));
  }

  /** The Maclaurin series, whose terms shrink fast for the arguments that occur here. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200 && Math.abs(term) > 1e-18; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
