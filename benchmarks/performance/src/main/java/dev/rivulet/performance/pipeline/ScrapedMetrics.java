package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Health;
import dev.rivulet.performance.measure.TrialFailedException;
import java.io.IOException;

/**
 * What a service tells Prometheus.
 *
 * @param page in its text format
 */
record ScrapedMetrics(String page) {
  private static final String PATH = "/q/metrics";

  /**
   * Asks a service.
   *
   * @throws TrialFailedException if it does not answer
   */
  static ScrapedMetrics of(Health health, String url) throws InterruptedException {
    try {
      return new ScrapedMetrics(health.get(url + PATH).body());
    } catch (IOException e) {
      throw new TrialFailedException("%s does not answer: %s".formatted(url + PATH, e), e);
    }
  }

  /**
   * The sum of all series that begin like this; 0 if there is none yet.
   *
   * @param series a name, or a name with the beginning of its labels
   */
  double sum(String series) {
    return page.lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
