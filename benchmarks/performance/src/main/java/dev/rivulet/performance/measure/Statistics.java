package dev.rivulet.performance.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The few statistics that results are made of. */
public final class Statistics {
  private Statistics() {}

  /**
   * The middle value, or the mean of the two in the middle.
   *
   * @param values at least one
   */
  public static double median(List<Double> values) {
    List<Double> sorted = sorted(values);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * The smallest value that at least this share of all values does not exceed.
   *
   * @param values at least one
   * @param share above 0, at most 1; 0.99 for p99
   */
  public static double percentile(List<Double> values, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be above 0 and at most 1, not " + share);
    }
    List<Double> sorted = sorted(values);
    // 0.99 × 100 is a little above 99 in binary
    int rank = (int) Math.ceil(share * sorted.size() - 1e-9);
    return sorted.get(Math.max(0, rank - 1));
  }

  /**
   * The ratio of each round: what was measured close together in time is compared, so that a
   * machine that slows down for a while slows both.
   */
  public static List<Double> ratios(List<Double> numerators, List<Double> denominators) {
    if (numerators.size() != denominators.size()) {
      throw new IllegalArgumentException(
          "%d values against %d: both must have been measured in every round"
              .formatted(numerators.size(), denominators.size()));
    }
    List<Double> ratios = new ArrayList<>(numerators.size());
    for (int round = 0; round < numerators.size(); round++) {
      ratios.add(numerators.get(round) / denominators.get(round));
    }
    return ratios;
  }

  private static List<Double> sorted(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no values");
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted;
  }
}
