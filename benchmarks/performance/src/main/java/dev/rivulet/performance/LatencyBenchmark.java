package dev.rivulet.performance;

import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.Statistics;
import dev.rivulet.performance.pipeline.CopiedImages;
import dev.rivulet.performance.pipeline.Serving;
import dev.rivulet.performance.probe.ForwardProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From an image event to its prediction at half of what the service can do. */
final class LatencyBenchmark implements Benchmark {
  private static final String QUIET = "half load";
  private static final String RELOADING = "half load, a checkpoint every 2 s";
  private static final String COPIED = "half load, copied by Kafka alone";
  private static final String LONE = "lone images";
  private static final String LONE_COPIED = "lone images, copied by Kafka alone";
  private static final String SINGLE = "single image";
  private static final String RIVULET = "Rivulet's service";
  private static final String KAFKA = "Kafka alone";
  private static final double LONE_PER_SECOND = 20;
  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
  private static final Map<String, Double> PERCENTILES = percentiles();

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String description() {
    return "from image event to prediction at half load, also while checkpoints come";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    int warmUp = bench.count(Serving.WARM_UP_IMAGES, 500);
    // with its own number of threads, which leaves processors to the broker
    try (Serving serving = Serving.start(bench.stage(Map.of()), 1, warmUp);
        CopiedImages copied = serving.copied()) {
      double full = serving.traffic().burst(bench.count(4_000, 500));
      double perSecond = full / 2;
      int images = (int) Math.ceil(perSecond * bench.count(60, 6));
      bench.progress("%.0f images/s at full load".formatted(full));
      // small batches take other ways through the code than full ones: these are to be compiled too
      serving.traffic().steady(images, perSecond);
      copied.traffic().steady(images, perSecond);
      Map<String, List<Measured>> results =
          bench.rounds(contenders(bench, serving, copied, images, perSecond), 3);
      return new Section(
          name(),
          "Latency, from event to prediction",
          rows(results),
          List.of(
              "%.0f PNGs a second, evenly spaced, half of what the service did before; %,d of them each time; a read_committed reader beside it"
                  .formatted(perSecond, images),
              "beside it, what Kafka alone needs: a program that copies each event to another topic, in transactions with its positions, by clients with the same settings, and looks at no image",
              "the service with its default of threads, half of the processors; broker, sender and reader on the same processors"),
          List.of());
    }
  }

  private static List<Contender> contenders(
      Bench bench, Serving serving, CopiedImages copied, int images, double perSecond) {
    int loneImages = (int) LONE_PER_SECOND * bench.count(30, 3);
    Contender single =
        Contender.ours(
            SINGLE,
            () ->
                bench
                    .probe(ForwardProbe.NAME, bench.count(4, 1), bench.threads(), 1)
                    .measure(Bench.PATIENCE));
    Contender quiet =
        Contender.ours(QUIET, () -> measured(RIVULET, serving.traffic().steady(images, perSecond)));
    Contender lone =
        Contender.ours(
            LONE, () -> measured(RIVULET, serving.traffic().steady(loneImages, LONE_PER_SECOND)));
    Contender copy =
        Contender.peer(COPIED, () -> measured(KAFKA, copied.traffic().steady(images, perSecond)));
    Contender loneCopy =
        Contender.peer(
            LONE_COPIED,
            () -> measured(KAFKA, copied.traffic().steady(loneImages, LONE_PER_SECOND)));
    Contender reloading =
        Contender.ours(
            RELOADING,
            () -> {
              List<Measured> result = new ArrayList<>();
              serving.withCheckpointsEvery(
                  CHECKPOINT_EVERY,
                  () -> result.add(measured(RIVULET, serving.traffic().steady(images, perSecond))));
              return result.get(0);
            });
    return List.of(single, lone, loneCopy, quiet, copy, reloading);
  }

  private static Measured measured(String program, List<Double> millis) {
    Map<String, Double> values = new LinkedHashMap<>();
    PERCENTILES.forEach((name, share) -> values.put(name, Statistics.percentile(millis, share)));
    return new Measured(program, values);
  }

  private static List<Row> rows(Map<String, List<Measured>> results) {
    Reading single =
        new Reading(
            "forward pass of one image",
            "ms",
            Measured.each(results.get(SINGLE), ForwardProbe.atBatch(1)).stream()
                .map(perSecond -> 1e3 / perSecond)
                .toList());
    List<Row> rows = new ArrayList<>();
    for (String percentile : PERCENTILES.keySet()) {
      Reading quiet = Reading.of(results.get(QUIET), percentile, "ms");
      Row row = Row.of(QUIET + ", " + percentile, quiet, single);
      rows.add(percentile.equals("p99") ? row.to(Goal.atMost(4)) : row);
    }
    rows.addAll(beside(results, QUIET, COPIED));
    rows.addAll(beside(results, LONE, LONE_COPIED));
    for (String percentile : PERCENTILES.keySet()) {
      Reading quiet = Reading.of(results.get(QUIET), percentile, "ms").as("without checkpoints");
      Reading reloading = Reading.of(results.get(RELOADING), percentile, "ms");
      Row row = Row.of(RELOADING + ", " + percentile, reloading, quiet);
      rows.add(percentile.equals("p99") ? row.to(Goal.atMost(1.1)) : row);
    }
    return rows;
  }

  /** The percentiles beside those of events that are copied, if these were measured. */
  private static List<Row> beside(
      Map<String, List<Measured>> results, String classified, String copied) {
    List<Row> rows = new ArrayList<>();
    for (String percentile : PERCENTILES.keySet()) {
      Reading ours = Reading.of(results.get(classified), percentile, "ms");
      String what = classified + ", " + percentile;
      rows.add(
          results.containsKey(copied)
              ? Row.of(what, ours, Reading.of(results.get(copied), percentile, "ms"))
              : Row.of(what, ours));
    }
    return rows;
  }

  private static Map<String, Double> percentiles() {
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("p50", 0.5);
    shares.put("p99", 0.99);
    shares.put("p99.9", 0.999);
    return shares;
  }
}
