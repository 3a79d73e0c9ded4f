package dev.rivulet.network;

import java.util.Iterator;
import java.util.stream.Collectors;

/**
 * Writes forward and backward pass of some images, from the flat parameter vector to the gradient
 * of the summed loss by it.
 */
final class TrainingSource extends NetworkSource {

  /** Who decides which activations are dropped. */
  enum Dropout {
    NONE,
    /** {@link DropoutMasks}. */
    MASKS,
    /** The engine's generator. */
    ENGINE
  }

  // of a batch of fewer, the engine leaves 1×1 convolutions to slower kernels; a map has as many
  // pixels at least
  private static final int CONVOLVED_BATCH = 16;

  // the engine's number for FLOAT64
  private static final int DOUBLE = 7;

  private final ComputeDevice device;
  private final Dropout dropout;
  private final Iterator<String> operands;

  TrainingSource(NetworkConfig config, ComputeDevice device, Dropout dropout) {
    super(config, device.precision());
    this.device = device;
    this.dropout = dropout;
    operands = ParameterSource.operands(config).iterator();
  }

  /**
   * The program; to be called once. {@code forward} takes images, weights, the pixels' means and
   * deviations, targets, labels, then the factor of the loss if the device scales it, and the masks
   * if there are some. It returns gradient, loss and the number of correct answers.
   */
  String write() {
    // a leaf of its own shares the weights' memory but has no gradient yet, so none accumulates
    line("leaf = torch.requires_grad_(torch.detach(weights))");
    line("%s", ParameterSource.split(config, device.precision().converted("leaf")));
    if (dropout == Dropout.MASKS) {
      line("mask = torch.split_with_sizes(masks, [%s])", maskSizes());
    }
    layers();
    line("loss = torch.neg(torch.sum(torch.mul(torch.log_softmax(x, 1), targets)))");
    line("start = %s", device.scalesLosses() ? "torch.mul(loss, factor)" : "loss");
    line("gradients = torch.grad([start], [leaf])");
    line("correct = torch.sum(torch.eq(torch.argmax(x, 1), labels))");
    // summed up over many steps
    line("total = torch.to(torch.detach(loss), %d)", DOUBLE);
    return """
        def forward(self: __torch__.Script, images: Tensor, weights: Tensor, means: Tensor, deviations: Tensor, targets: Tensor, labels: Tensor%s%s) -> List[Tensor]:
        %s  return [unchecked_cast(Tensor, gradients[0]), total, correct]
        """
        .formatted(
            device.scalesLosses() ? ", factor: Tensor" : "",
            dropout == Dropout.MASKS ? ", masks: Tensor" : "",
            statements());
  }

  private String maskSizes() {
    return DropoutMasks.bytesPerImage(config).stream()
        .map("torch.mul(torch.size(images, 0), %s)"::formatted)
        .collect(Collectors.joining(", "));
  }

  @Override
  String operand() {
    return operands.next();
  }

  /** As a 1×1 convolution where that is faster. */
  @Override
  void dense(int outputs) {
    if (device.convolvesDense()) {
      line("x = torch.reshape(x, [%d, -1, 1, torch.size(x, 1)])", CONVOLVED_BATCH);
      String kernel = "torch.reshape(%s, [%s, -1, 1, 1])".formatted(operand(), outputs);
      convolution(kernel, operand(), outputs, "");
    } else {
      line("x = torch.linear(x, %s, %s)", operand(), operand());
    }
  }

  @Override
  void dropout(int layer) {
    switch (dropout) {
      case NONE -> {}
      case MASKS -> {
        // not as bytes, because the backward pass would otherwise convert them once more; in place,
        // because no layer needs the activations themselves for its gradient
        String mask = device.precision().converted("mask[" + layer + "]");
        line("x = torch.mul_(x, torch.reshape(%s, torch.size(x)))", mask);
      }
      case ENGINE -> line("x = torch.dropout(x, 0.5, True)");
    }
  }
}
