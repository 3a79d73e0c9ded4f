package dev.rivulet.export.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values on round numbers, and where it lies on the drawing.
 *
 * @param from the value at {@code start}
 * @param to the value at {@code end}
 * @param step between two ticks
 */
record Axis(double from, double to, double step, double start, double end) {
  private static final double[] ROUND = {1, 2, 5, 10};

  /**
   * The smallest axis with round ends around these values.
   *
   * @param ticks about how many steps it should have
   */
  static Axis around(double least, double most, int ticks, double start, double end) {
    double span = most > least ? most - least : Math.max(1e-3, Math.abs(most));
    double step = roundStep(span / ticks);
    double from = Math.floor(least / step) * step;
    double to = Math.max(Math.ceil(most / step - 1e-9) * step, from + step);
    return new Axis(from, to, step, start, end);
  }

  private static double roundStep(double least) {
    double magnitude = Math.pow(10, Math.floor(Math.log10(least)));
    for (double round : ROUND) {
      if (round * magnitude >= least * (1 - 1e-9)) {
        return round * magnitude;
      }
    }
    return 10 * magnitude;
  }

  double position(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    int steps = (int) Math.round((to - from) / step);
    for (int i = 0; i <= steps; i++) {
      ticks.add(from + i * step);
    }
    return ticks;
  }

  /** With as many digits as the ticks need. */
  String label(double tick) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    // no minus before a zero
    return String.format(Locale.ROOT, "%." + digits + "f", tick + 0.0);
  }
}
