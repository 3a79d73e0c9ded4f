package dev.rivulet.network;

import dev.rivulet.network.ParameterLayout.Parameter;
import dev.rivulet.network.ParameterLayout.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes, for a {@link TorchScript}, how the flat parameter vector, in {@link EngineOrder}, is cut
 * into what the layers compute with.
 *
 * <p>One split makes all the views, so the backward pass joins their gradients in one
 * concatenation.
 */
final class ParameterSource {
  private static final String PIECES = "pieces";

  private ParameterSource() {}

  /** A statement that cuts the vector of this name. */
  static String split(NetworkConfig config, String vector) {
    List<Integer> sizes =
        ParameterLayout.of(config).parameters().stream().map(Parameter::size).toList();
    return "%s = torch.split_with_sizes(%s, %s)".formatted(PIECES, vector, sizes);
  }

  /**
   * An expression for each kernel, bias and gain, in the order in which the layers use them. A
   * bottleneck's scale is part of its projection.
   */
  static List<String> operands(NetworkConfig config) {
    List<String> operands = new ArrayList<>();
    List<Parameter> parameters = ParameterLayout.of(config).parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      String piece = PIECES + "[" + i + "]";
      if (parameter.role() == Role.BLOCK_SCALE) {
        scaleProjection(operands, piece);
      } else if (parameter.shape().size() == 1) {
        operands.add(piece);
      } else {
        operands.add("torch.reshape(%s, %s)".formatted(piece, parameter.shape()));
      }
    }
    return operands;
  }

  private static void scaleProjection(List<String> operands, String scale) {
    int kernel = operands.size() - 2;
    int bias = operands.size() - 1;
    String column = "torch.reshape(%s, [-1, 1])".formatted(scale);
    operands.set(kernel, "torch.mul(%s, %s)".formatted(operands.get(kernel), column));
    operands.set(bias, "torch.mul(%s, %s)".formatted(operands.get(bias), scale));
  }
}
