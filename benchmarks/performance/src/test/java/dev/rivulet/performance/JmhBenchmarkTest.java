package dev.rivulet.performance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.performance.report.Row;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JmhBenchmarkTest {

  @Test
  void readsWhatJmhWrites() throws IOException {
    List<Row> rows =
        JmhBenchmark.rows(
            """
            [{"benchmark": "dev.rivulet.performance.jmh.DecodingBenchmark.decodeASmallPng",
              "primaryMetric": {"score": 12, "scoreUnit": "us/op", "rawData": [[11.5, 12.5], [12.0]]}}]
            """);

    assertThat(rows)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.what()).isEqualTo("decode a small png");
              assertThat(row.ours().values()).containsExactly(11.5, 12.5, 12.0);
              assertThat(row.ours().text()).isEqualTo("12.0 µs");
            });
  }

  @Test
  void everyMethodUnderJmhIsFound() {
    // the annotation processor writes this list; without it JMH would measure nothing
    assertThat(JmhBenchmark.class.getResource("/META-INF/BenchmarkList")).isNotNull();
  }
}
