package dev.rivulet.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Writes the forward pass of {@link Network} as a {@link TorchScript}, layer by layer. Its
 * arguments are the images and the list that {@link #PREPARE} makes of the pixels' means, their
 * deviations, and the parameters of {@link ParameterViews}.
 */
final class NetworkSource {
  /** The method that is called once for each set of weights. */
  static final String PREPARE = "prepare";

  private static final String TO_NCHW = "[0, 3, 1, 2]";
  private static final String TO_NHWC = "[0, 2, 3, 1]";

  private final boolean packed;
  private final StringBuilder statements = new StringBuilder();
  private final List<String> prepared = new ArrayList<>();

  NetworkSource(NetworkConfig config, boolean packed) {
    this.packed = packed;
    stem(config.width());
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        downscale(config.side(stage - 1), config.channels(stage));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        bottleneck(config.side(stage), config.channels(stage), config.factors().get(stage));
      }
    }
    head(config.channels(config.stages() - 1));
  }

  String methods() {
    return """
        def %s(self: __torch__.Script, arrays: List[Tensor]) -> List[Tensor]:
          return [%s]
        def forward(self: __torch__.Script, images: Tensor, w: List[Tensor]) -> Tensor:
          n = torch.size(images, 0)
        %s  return x
        """
        .formatted(PREPARE, String.join(", ", prepared), statements);
  }

  private void stem(int channels) {
    line("x = torch.div(torch.sub(torch.to(images, 6), %s), %s)", array(), array());
    // "same" padding of an even kernel: one row and column before, two after
    line("x = torch.constant_pad_nd(x, [0, 0, 1, 2, 1, 2], 0)");
    line("x = torch.conv2d(torch.permute(x, %s), %s, %s)", TO_NCHW, array(), array());
    rows(channels);
    norm(channels, Normalization.NORM_EPSILON);
  }

  private void downscale(int side, int channels) {
    dense();
    line(
        "x = torch.permute(torch.reshape(x, [n, %1$d, %1$d, %2$d]), %3$s)",
        side, channels, TO_NCHW);
    line("x = torch.max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], False)");
    rows(channels);
    norm(channels, Normalization.DOWNSCALE_NORM_EPSILON);
  }

  private void bottleneck(int side, int channels, int factor) {
    int wide = factor * channels;
    line("y = x");
    line("x = torch.reshape(x, [n, %1$d, %1$d, %2$d])", side, channels);
    if (factor > 1) {
      line("x = torch.cat([%s], 3)", String.join(", ", Collections.nCopies(factor, "x")));
    }
    line(
        "x = torch.conv2d(torch.permute(x, %s), %s, %s, [1, 1], [1, 1], [1, 1], %d)",
        TO_NCHW, array(), array(), wide);
    rows(wide);
    norm(wide, Normalization.NORM_EPSILON);
    line("x = torch.gelu(x)");
    dense();
    line("x = torch.add_(x, y)");
  }

  private void head(int channels) {
    line("x = torch.mean(torch.reshape(x, [n, -1, %d]), [1])", channels);
    norm(channels, Normalization.NORM_EPSILON);
    line("x = torch.linear(torch.relu(x), %s, %s)", array(), array());
  }

  private void rows(int channels) {
    line("x = torch.reshape(torch.permute(x, %s), [-1, %d])", TO_NHWC, channels);
  }

  private void norm(int channels, float epsilon) {
    line("x = torch.layer_norm(x, [%d], %s, %s, %s)", channels, array(), array(), epsilon);
  }

  /** Of the convolutions' library, if packed: faster, and for processors of all makers alike. */
  private void dense() {
    if (packed) {
      line(
          "x = ops.mkldnn._linear_pointwise(x, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")",
          prepared("ops.mkldnn._reorder_linear_weight(arrays[%d])"), array());
    } else {
      line("x = torch.linear(x, %s, %s)", array(), array());
    }
  }

  /** The next array, as it comes. */
  private String array() {
    return prepared("arrays[%d]");
  }

  /** The next array, made into something. */
  private String prepared(String expression) {
    int index = prepared.size();
    prepared.add(String.format(Locale.ROOT, expression, index));
    return "w[" + index + "]";
  }

  private void line(String statement, Object... arguments) {
    statements.append("  ").append(String.format(Locale.ROOT, statement, arguments)).append('\n');
  }
}
