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

/**
 * From an image event to its prediction, of lone images and at half of what the service can do,
 * beside what Kafka alone needs.
 */
final class LatencyBenchmark implements Benchmark {
  private static final String SINGLE = "single image";
  private static final String LONE = "lone images";
  private static final String LONE_COPIED = "lone images, copied by Kafka alone";
  private static final String QUIET = "half load";
  private static final String RELOADING = "half load, a checkpoint every 2 s";
  private static final String COPIED = "half load, copied by Kafka alone";
  private static final String KAFKA = "Kafka alone";
  private static final double LONE_PER_SECOND = 20;

  /** Rounds last minutes, in which a machine becomes slower: what is compared alternates faster. */
  private static final int TURNS = 10;

  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(2);
  private static final Map<String, Double> PERCENTILES = percentiles();

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String description() {
    return "from image event to prediction, of lone images and at half load, also while checkpoints come";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    int warmUp = bench.count(Serving.WARM_UP_IMAGES, 500);
    // with its own number of threads, which leaves processors to the broker
    try (Serving serving = Serving.start(bench.stage(Map.of()), 1, warmUp);
        CopiedImages copied = serving.copied()) {
      double full = serving.traffic().burst(bench.count(4_000, 500));
      double perSecond = full / 2;
      int images = inATurn(perSecond, bench.count(60, 6));
      bench.progress("%.0f images/s at full load".formatted(full));
      // small batches take other ways through the code than full ones: these are to be compiled too
      serving.traffic().steady(TURNS * images, perSecond);
      copied.traffic().steady(TURNS * images, perSecond);
      Map<String, List<Measured>> results =
          bench.rounds(contenders(bench, serving, copied, images, perSecond), 3);
      return new Section(
          name(),
          "Latency, from event to prediction",
          rows(results),
          List.of(
              "%.0f PNGs a second, evenly spaced, half of what the service did before; %,d of them each time, in %d turns with what it is compared with; a read_committed reader beside it"
                  .formatted(perSecond, TURNS * images, TURNS),
              "beside it, what Kafka alone needs: a program that copies each event to another topic, in transactions with its positions, by clients with the same settings, and looks at no image",
              "the service with its default of threads, half of the processors; broker, sender and reader on the same processors"),
          List.of());
    }
  }

  private static List<Contender> contenders(
      Bench bench, Serving serving, CopiedImages copied, int images, double perSecond) {
    int loneImages = inATurn(LONE_PER_SECOND, bench.count(32, 4));
    Map<String, Passage> lone = new LinkedHashMap<>();
    lone.put(LONE, () -> serving.traffic().steady(loneImages, LONE_PER_SECOND));
    lone.put(LONE_COPIED, () -> copied.traffic().steady(loneImages, LONE_PER_SECOND));
    Map<String, Passage> half = new LinkedHashMap<>();
    half.put(QUIET, () -> serving.traffic().steady(images, perSecond));
    half.put(
        RELOADING,
        () -> {
          List<Double> millis = new ArrayList<>();
          serving.withCheckpointsEvery(
              CHECKPOINT_EVERY, () -> millis.addAll(serving.traffic().steady(images, perSecond)));
          return millis;
        });
    // stands between checkpoints and the next turn without: the last one may still be loaded
    half.put(COPIED, () -> copied.traffic().steady(images, perSecond));
    return List.of(
        Contender.ours(
            SINGLE,
            () ->
                bench
                    .probe(ForwardProbe.NAME, bench.count(4, 1), bench.threads(), 1)
                    .measure(Bench.PATIENCE)),
        Contender.ours(LONE, () -> inTurns(lone)),
        Contender.ours(QUIET, () -> inTurns(half)));
  }

  private static int inATurn(double perSecond, int secondsInAll) {
    return (int) Math.ceil(perSecond * secondsInAll / TURNS);
  }

  /** Sends images through and says how long each was under way, in milliseconds. */
  @FunctionalInterface
  private interface Passage {
    List<Double> send() throws Exception;
  }

  /** Percentiles of each one's turns together. */
  private static Measured inTurns(Map<String, Passage> passages) throws Exception {
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int turn = 0; turn < TURNS; turn++) {
      for (Map.Entry<String, Passage> passage : passages.entrySet()) {
        millis
            .computeIfAbsent(passage.getKey(), name -> new ArrayList<>())
            .addAll(passage.getValue().send());
      }
    }
    Map<String, Double> values = new LinkedHashMap<>();
    millis.forEach(
        (name, all) ->
            PERCENTILES.forEach(
                (percentile, share) ->
                    values.put(quantity(name, percentile), Statistics.percentile(all, share))));
    return new Measured("Rivulet's service", values);
  }

  private static String quantity(String what, String percentile) {
    return what + ", " + percentile;
  }

  private static List<Row> rows(Map<String, List<Measured>> results) {
    Reading single =
        new Reading(
            "forward pass of one image",
            "ms",
            Measured.each(results.get(SINGLE), ForwardProbe.atBatch(1)).stream()
                .map(perSecond -> 1e3 / perSecond)
                .toList());
    List<Measured> lone = results.get(LONE);
    List<Measured> half = results.get(QUIET);
    List<Row> rows = new ArrayList<>();
    for (String percentile : PERCENTILES.keySet()) {
      Row row = row(half, QUIET, percentile, single);
      rows.add(percentile.equals("p99") ? row.to(Goal.atMost(4)) : row);
    }
    for (String percentile : PERCENTILES.keySet()) {
      rows.add(row(half, QUIET, percentile, reading(half, COPIED, percentile).as(KAFKA)));
    }
    for (String percentile : PERCENTILES.keySet()) {
      rows.add(row(lone, LONE, percentile, reading(lone, LONE_COPIED, percentile).as(KAFKA)));
    }
    for (String percentile : PERCENTILES.keySet()) {
      Reading quiet = reading(half, QUIET, percentile).as("without checkpoints");
      Row row = row(half, RELOADING, percentile, quiet);
      rows.add(percentile.equals("p99") ? row.to(Goal.atMost(1.1)) : row);
    }
    return rows;
  }

  private static Row row(List<Measured> rounds, String what, String percentile, Reading beside) {
    return Row.of(quantity(what, percentile), reading(rounds, what, percentile), beside);
  }

  private static Reading reading(List<Measured> rounds, String what, String percentile) {
    return Reading.of(rounds, quantity(what, percentile), "ms");
  }

  private static Map<String, Double> percentiles() {
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("p50", 0.5);
    shares.put("p99", 0.99);
    shares.put("p99.9", 0.999);
    return shares;
  }
}
