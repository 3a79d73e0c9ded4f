package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void findsTheMetricsAndNothingElse() {
    assertThat(
            PromQl.metricNames(
                """
                histogram_quantile(0.95, sum by (le, source) (rate(a_bucket{run=~"x|y", z!=\"#\"}[5m]))) # not_this
                  / on (instance) group_left (run) b:c offset 5m > bool 1e9
                or vector(0) unless time() - avg_over_time(d[1h:5m]) == +Inf and topk (3, e)
                """))
        .containsExactly("a_bucket", "b:c", "d", "e");
  }

  @Test
  void seesThroughLabelReplacements() {
    assertThat(PromQl.metricNames("label_replace(up{job='a'}, \"b\", \"$1\", \"job\", \"(.*)\")"))
        .containsExactly("up");
  }
}
