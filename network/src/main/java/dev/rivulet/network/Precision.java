package dev.rivulet.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * In which type forward and backward pass compute in training. Weights, losses and whatever comes
 * from outside are FP32.
 */
enum Precision {
  FP32(6, Float.BYTES),
  BF16(15, Short.BYTES),
  /** With {@link LossScaling}. */
  FP16(5, Short.BYTES);

  // the engine's own (c10::ScalarType)
  private final int number;
  private final int bytes;

  Precision(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** Of a value. */
  int bytes() {
    return bytes;
  }

  /**
   * @throws IllegalArgumentException if no precision is called that
   */
  static Precision named(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision must be %s, not '%s'"
                        .formatted(
                            Arrays.stream(values())
                                .map(Precision::label)
                                .collect(Collectors.joining(", ")),
                            name)));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In a {@link TorchScript}, the expression converted to this type; gradients flow through. */
  String of(String expression) {
    return "torch.to(%s, %d)".formatted(expression, number);
  }
}
