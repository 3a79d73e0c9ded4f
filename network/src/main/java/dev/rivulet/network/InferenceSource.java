package dev.rivulet.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the forward pass for weights that stay as they are. {@link #PREPARE} makes the list that
 * {@code forward} takes beside the images.
 */
final class InferenceSource extends NetworkSource {
  /**
   * The method that is called once for each set of weights, with a list of the flat vector, the
   * pixels' means and their deviations.
   */
  static final String PREPARE = "prepare";

  // behind the means and the deviations
  private static final int FIRST = 2;

  private final boolean packed;
  private final List<String> operands;
  private int next;

  /**
   * @param packed whether dense kernels are put in the order in which the engine's products read
   *     them
   */
  InferenceSource(NetworkConfig config, boolean packed) {
    super(config, Precision.FP32);
    this.packed = packed;
    operands = new ArrayList<>(ParameterSource.operands(config));
  }

  /** The program; to be called once. */
  String write() {
    layers();
    return """
        def %s(self: __torch__.Script, arrays: List[Tensor]) -> List[Tensor]:
          %s
          return [arrays[1], arrays[2], %s]
        def forward(self: __torch__.Script, images: Tensor, w: List[Tensor]) -> Tensor:
          means = w[0]
          deviations = w[1]
        %s  return x
        """
        .formatted(
            PREPARE,
            ParameterSource.split(config, "arrays[0]"),
            String.join(", ", operands),
            statements());
  }

  @Override
  String operand() {
    return "w[" + (FIRST + next++) + "]";
  }

  /** Of the convolutions' library, if packed: faster, and for processors of all makers alike. */
  @Override
  void dense(int outputs) {
    if (packed) {
      operands.set(next, "ops.mkldnn._reorder_linear_weight(%s)".formatted(operands.get(next)));
      line(
          "x = ops.mkldnn._linear_pointwise(x, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")",
          operand(), operand());
    } else {
      line("x = torch.linear(x, %s, %s)", operand(), operand());
    }
  }

  @Override
  void dropout(int layer) {
    // it is for training
  }
}
