package dev.rivulet.performance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Augmentation, codecs and decoding, each alone under JMH, which forks a JVM for each. */
final class JmhBenchmark implements Benchmark {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "jmh";
  }

  @Override
  public String description() {
    return "augmentation, codecs and image decoding under JMH";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    Path results = Files.createTempFile("rivulet-jmh", ".json");
    try {
      bench.progress("takes about %d s".formatted(bench.count(180, 20)));
      bench
          .java(
              List.of("-Xmx512m"),
              "org.openjdk.jmh.Main",
              "-f",
              bench.count(2, 1),
              "-wi",
              bench.count(3, 1),
              "-i",
              bench.count(5, 1),
              "-w",
              bench.count(1, 1),
              "-r",
              bench.count(1, 1),
              "-rf",
              "json",
              "-rff",
              results)
          .output(Bench.PATIENCE);
      return new Section(
          name(),
          "One thread, under JMH",
          rows(Files.readString(results)),
          List.of("mean time of one call; the values in the JSON are those of the iterations"),
          List.of());
    } finally {
      Files.delete(results);
    }
  }

  /** Reads JMH's own JSON. */
  static List<Row> rows(String json) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (JsonNode benchmark : JSON.readTree(json)) {
      JsonNode metric = benchmark.get("primaryMetric");
      List<Double> values = new ArrayList<>();
      metric.get("rawData").forEach(fork -> fork.forEach(value -> values.add(value.asDouble())));
      String unit = metric.get("scoreUnit").asText().replace("us/op", "µs").replace("ns/op", "ns");
      rows.add(
          Row.of(words(benchmark.get("benchmark").asText()), new Reading("Rivulet", unit, values)));
    }
    return rows;
  }

  /** {@code a.b.DecodingBenchmark.smallPng} is "small png". */
  static String words(String benchmark) {
    return benchmark
        .substring(benchmark.lastIndexOf('.') + 1)
        .replaceAll("(?<=.)(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
