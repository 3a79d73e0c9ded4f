package dev.rivulet.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** In which type forward and backward pass compute in training. */
enum Precision {
  FP32,
  BF16,
  /** With {@link LossScaling}. */
  FP16;

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
}
