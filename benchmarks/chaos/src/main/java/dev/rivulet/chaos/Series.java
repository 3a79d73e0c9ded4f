package dev.rivulet.chaos;

import java.util.ArrayList;
import java.util.List;

/** Values over time, and how fast they grow. */
final class Series {
  private final List<double[]> points = new ArrayList<>();

  void add(double minutes, double value) {
    points.add(new double[] {minutes, value});
  }

  /** Without what came before. */
  Series from(double minutes) {
    Series later = new Series();
    points.stream().filter(p -> p[0] >= minutes).forEach(later.points::add);
    return later;
  }

  double first() {
    return points.get(0)[1];
  }

  double last() {
    return points.get(points.size() - 1)[1];
  }

  double minutes() {
    return points.get(points.size() - 1)[0] - points.get(0)[0];
  }

  /** By least squares, per minute. */
  double slope() {
    double meanX = points.stream().mapToDouble(p -> p[0]).average().orElseThrow();
    double meanY = points.stream().mapToDouble(p -> p[1]).average().orElseThrow();
    double covariance = points.stream().mapToDouble(p -> (p[0] - meanX) * (p[1] - meanY)).sum();
    double variance = points.stream().mapToDouble(p -> (p[0] - meanX) * (p[0] - meanX)).sum();
    return covariance / variance;
  }
}
