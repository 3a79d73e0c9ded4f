package dev.rivulet.performance.measure;

import java.util.Locale;

/** Writes measured numbers: three digits are enough for what varies by a percent. */
public final class Quantity {
  private Quantity() {}

  /** As in 0.00123, 4.56, 78.9, 12,345. */
  public static String text(double value) {
    double size = Math.abs(value);
    if (size >= 100 || size == 0) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 9) + "f", value);
  }
}
