package dev.rivulet.performance.report;

import dev.rivulet.performance.measure.Quantity;

/**
 * What a ratio is to be.
 *
 * @param sense on which side of the bound
 */
public record Goal(Sense sense, double bound) {

  /** Whether more or less is better. */
  public enum Sense {
    AT_LEAST,
    AT_MOST
  }

  public static Goal atLeast(double bound) {
    return new Goal(Sense.AT_LEAST, bound);
  }

  public static Goal atMost(double bound) {
    return new Goal(Sense.AT_MOST, bound);
  }

  public boolean metBy(double ratio) {
    return sense == Sense.AT_LEAST ? ratio >= bound : ratio <= bound;
  }

  @Override
  public String toString() {
    return (sense == Sense.AT_LEAST ? "≥ " : "≤ ") + Quantity.text(bound);
  }
}
