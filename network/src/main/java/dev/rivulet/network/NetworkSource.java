package dev.rivulet.network;

import java.util.Collections;
import java.util.Locale;

/**
 * Writes the network's layers, from pixels to logits, as statements of a {@link TorchScript}.
 *
 * <p>Activations are matrices [images · height · width, channels], that is NHWC, so layer norms and
 * dense layers work on the last axis with no copy. Convolutions and pooling are handed an NCHW view
 * of them, which makes the engine run its channels-last kernels. Nobody reads a layer's input after
 * it, so the engine frees that when the output is there, unless a backward pass needs it: the next
 * layer gets memory that is still in the processor's cache.
 */
abstract class NetworkSource {
  private static final String TO_NCHW = "[0, 3, 1, 2]";
  private static final String TO_NHWC = "[0, 2, 3, 1]";

  final NetworkConfig config;
  private final Precision precision;
  private final StringBuilder statements = new StringBuilder();

  /**
   * @param precision of the activations
   */
  NetworkSource(NetworkConfig config, Precision precision) {
    this.config = config;
    this.precision = precision;
  }

  /** An expression for what a layer computes with; each call names the next. */
  abstract String operand();

  /** {@code x} after a dense layer for each of its rows. */
  abstract void dense(int outputs);

  /** {@code x} after a dropout, which counts from 0; it may be overwritten. */
  abstract void dropout(int layer);

  /**
   * From the UINT8 [n, 32, 32, 3] {@code images}, less {@code means} and divided by {@code
   * deviations}, to the FLOAT32 [n, classes] {@code x}.
   */
  final void layers() {
    line("n = torch.size(images, 0)");
    stem(config.width());
    int dropoutLayer = 0;
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        downscale(config.side(stage - 1), config.channels(stage));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        bottleneck(stage, dropoutLayer++);
      }
    }
    head(config.channels(config.stages() - 1));
  }

  final void line(String statement, Object... arguments) {
    statements.append("  ").append(String.format(Locale.ROOT, statement, arguments)).append('\n');
  }

  final String statements() {
    return statements.toString();
  }

  /**
   * {@code x}, a map of shape NHWC, becomes rows.
   *
   * @param how the engine's further arguments, each after a comma
   */
  final void convolution(String kernel, String bias, int outputs, String how) {
    line("x = torch.conv2d(torch.permute(x, %s), %s, %s%s)", TO_NCHW, kernel, bias, how);
    rows(outputs);
  }

  private void stem(int channels) {
    line("x = torch.div(torch.sub(%s, means), deviations)", Precision.FP32.converted("images"));
    // "same" padding of an even kernel: one row and column before, two after
    line("x = torch.constant_pad_nd(x, [0, 0, 1, 2, 1, 2], 0)");
    line("x = %s", precision.converted("x"));
    convolution(operand(), operand(), channels, "");
    norm(channels, Normalization.NORM_EPSILON);
  }

  private void downscale(int side, int channels) {
    dense(channels);
    line(
        "x = torch.permute(torch.reshape(x, [n, %1$d, %1$d, %2$d]), %3$s)",
        side, channels, TO_NCHW);
    line("x = torch.max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], False)");
    rows(channels);
    norm(channels, Normalization.DOWNSCALE_NORM_EPSILON);
  }

  /**
   * The depthwise convolution is one filter for each of the channels, which stand side by side as
   * often as there are filters for each: the engine's fast depthwise kernels have no multiplier.
   */
  private void bottleneck(int stage, int dropoutLayer) {
    int channels = config.channels(stage);
    int factor = config.factors().get(stage);
    int wide = factor * channels;
    line("y = x");
    line("x = torch.reshape(x, [n, %1$d, %1$d, %2$d])", config.side(stage), channels);
    if (factor > 1) {
      line("x = torch.cat([%s], 3)", String.join(", ", Collections.nCopies(factor, "x")));
    }
    convolution(operand(), operand(), wide, ", [1, 1], [1, 1], [1, 1], " + wide);
    norm(wide, Normalization.NORM_EPSILON);
    line("x = torch.gelu(x)");
    dropout(dropoutLayer);
    dense(channels);
    // in place: no layer needs the projection itself for its gradient
    line("x = torch.add_(x, y)");
  }

  private void head(int channels) {
    line("x = torch.mean(torch.reshape(x, [n, -1, %d]), [1])", channels);
    norm(channels, Normalization.NORM_EPSILON);
    line("x = torch.linear(torch.relu(x), %s, %s)", operand(), operand());
    line("x = %s", Precision.FP32.converted("x"));
  }

  private void rows(int channels) {
    line("x = torch.reshape(torch.permute(x, %s), [-1, %d])", TO_NHWC, channels);
  }

  private void norm(int channels, float epsilon) {
    line("x = torch.layer_norm(x, [%d], %s, %s, %s)", channels, operand(), operand(), epsilon);
  }
}
