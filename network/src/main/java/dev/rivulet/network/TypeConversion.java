package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

/**
 * Converts arrays to another type so that gradients flow back through the conversion.
 *
 * <p>DJL's {@link NDArray#toType} cuts them off, and does not know BFLOAT16. The engine itself
 * does. Arrays in a type that DJL does not know must not be asked for their type.
 *
 * <p>Thread-safe.
 */
final class TypeConversion implements AutoCloseable {

  /** What can be converted to, by the engine's own numbers ({@code c10::ScalarType}). */
  enum Target {
    FLOAT16(5),
    FLOAT32(6),
    BFLOAT16(15);

    private final int number;

    Target(int number) {
      this.number = number;
    }
  }

  private static final String CODE =
      """
      def forward(self: __torch__.Script, x: Tensor) -> Tensor:
        return torch.to(x, %s)
      """;

  private final TorchScript script;

  TypeConversion(Target target, Device device) {
    script = new TorchScript(CODE.formatted(target.number), device);
  }

  /** The array in the other type, owned by its manager. */
  NDArray apply(NDArray array) {
    return script.differentiable(array);
  }

  @Override
  public void close() {
    script.close();
  }
}
