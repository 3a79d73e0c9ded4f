package dev.rivulet.performance;

import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.pipeline.TrainedEpoch;
import dev.rivulet.performance.probe.EpochProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An epoch through the pipeline, augmented, beside one from memory that is not. */
final class EpochBenchmark implements Benchmark {
  private static final String PIPELINE = "pipeline";
  private static final String LIST = "list in memory";
  private static final int BATCH = 32;
  private static final int WIDTH = 32;

  @Override
  public String name() {
    return "epoch";
  }

  @Override
  public String description() {
    return "an augmented epoch through Kafka against the same one from memory, not augmented";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    int images = bench.count(16_384, 512);
    List<Contender> contenders = new ArrayList<>();
    Peers.eagerTraining(bench, BATCH, bench.count(15, 2)).ifPresent(contenders::add);
    contenders.add(
        Contender.ours(
            LIST,
            () ->
                bench
                    .probe(EpochProbe.NAME, images, BATCH, WIDTH, bench.threads())
                    .measure(Bench.PATIENCE)));
    contenders.add(Contender.ours(PIPELINE, () -> throughKafka(bench, images, WIDTH)));
    Map<String, List<Measured>> results = bench.rounds(contenders, 3);
    return new Section(
        name(),
        "An epoch of %,d images, batch %d".formatted(images, BATCH),
        rows(results),
        List.of(
            "broker, ingest and trainer on the same %d processors; the second epoch of three under way, training and data wait"
                .formatted(Runtime.getRuntime().availableProcessors())),
        List.of());
  }

  /** The epoch of a run of its own. */
  static Measured throughKafka(Bench bench, int images, int width) throws Exception {
    try (Stage stage = bench.stage(TrainedEpoch.environment(images, bench.threads()))) {
      return TrainedEpoch.measure(stage, TrainedEpoch.plan(images, BATCH, width), Bench.PATIENCE);
    }
  }

  private static List<Row> rows(Map<String, List<Measured>> results) {
    List<Measured> pipeline = results.get(PIPELINE);
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.of(
                "through Kafka, augmented",
                Reading.of(pipeline, TrainedEpoch.SECONDS, "s"),
                Reading.of(results.get(LIST), EpochProbe.SECONDS, "s"))
            .to(Goal.atMost(1.03)));
    rows.add(
        Row.of("share of it that waits for data", Reading.of(pipeline, TrainedEpoch.DATA_WAIT, "%"))
            .to(Goal.atMost(1)));
    rows.add(
        Row.of(
            "share of the processors for the broker",
            Reading.of(pipeline, TrainedEpoch.BROKER, "%")));
    rows.add(
        Row.of(
            "share of the processors for ingest", Reading.of(pipeline, TrainedEpoch.INGEST, "%")));
    if (results.containsKey(Peers.EAGER)) {
      rows.add(
          Row.of(
              "through Kafka, against random tensors in memory",
              Reading.of(pipeline, TrainedEpoch.IMAGES_PER_SECOND, Peers.IMAGES_PER_SECOND),
              Reading.of(
                  results.get(Peers.EAGER), Peers.IMAGES_PER_SECOND, Peers.IMAGES_PER_SECOND)));
    }
    return rows;
  }
}
