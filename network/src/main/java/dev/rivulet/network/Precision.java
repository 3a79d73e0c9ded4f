package dev.rivulet.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** In which type activations and their gradients are in training; weights and losses are wider. */
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

  /** The expression of a {@link TorchScript}, made this type; gradients flow through. */
  String converted(String expression) {
    // text, not a number in the digits of the reader's language
    return "torch.to(%s, %s)".formatted(expression, number);
  }
}
