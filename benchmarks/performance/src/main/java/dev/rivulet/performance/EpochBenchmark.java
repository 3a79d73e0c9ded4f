package dev.rivulet.performance;

import dev.rivulet.performance.measure.Child;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.OngoingChild;
import dev.rivulet.performance.pipeline.OngoingRun;
import dev.rivulet.performance.pipeline.PipelineRun;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.probe.EpochProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An epoch through the pipeline, augmented, beside one from memory that is not. */
final class EpochBenchmark implements Benchmark {
  private static final String LIST = "list in memory, not augmented";
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
    int images = bench.count(16_384, 2_048);
    Optional<Child> eager = Peers.eagerTrainingOn(bench, BATCH);
    List<OngoingChild> others = new ArrayList<>();
    try {
      if (eager.isPresent()) {
        others.add(warmedUp(Peers.EAGER, eager.get(), bench.count(images / 16, 2 * BATCH)));
      }
      Child list = bench.probe(EpochProbe.NAME, images, BATCH, WIDTH, bench.threads());
      others.add(warmedUp(LIST, list, images));
      return section(bench, images, others);
    } finally {
      for (OngoingChild other : others) {
        other.close();
      }
    }
  }

  /** Started, and standing still after so many images. */
  private static OngoingChild warmedUp(String name, Child child, int images)
      throws IOException, InterruptedException {
    OngoingChild ongoing = OngoingChild.start(name, child);
    try {
      ongoing.awaitImages(images, Bench.PATIENCE);
      ongoing.suspend();
      return ongoing;
    } catch (InterruptedException | RuntimeException e) {
      ongoing.close();
      throw e;
    }
  }

  private Section section(Bench bench, int images, List<OngoingChild> others) throws Exception {
    Stage stage = bench.stage(PipelineRun.environment(images, bench.threads()));
    try (OngoingRun run = OngoingRun.start(stage, images, BATCH, WIDTH, Bench.PATIENCE)) {
      Contender training = Contender.ours("training", new TrainingInTurns(run, others)::round);
      List<Measured> rounds = bench.rounds(List.of(training), 5).get(training.name());
      return new Section(
          name(),
          "An epoch of %,d images, batch %d".formatted(images, BATCH),
          rows(images, rounds, others),
          List.of(
              "broker, ingest and trainer on the same %d processors; training and data wait"
                  .formatted(Runtime.getRuntime().availableProcessors()),
              "programs that have warmed up take turns of %d s in which the others stand still, for most of an epoch each round"
                  .formatted(TrainingInTurns.TURN.toSeconds())),
          List.of());
    }
  }

  private static List<Row> rows(int images, List<Measured> rounds, List<OngoingChild> others) {
    Reading pipeline = Reading.of(rounds, TrainingInTurns.PIPELINE, Peers.IMAGES_PER_SECOND);
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.of(
                "through Kafka, augmented",
                epochs(pipeline, images),
                epochs(rate(rounds, LIST), images))
            .to(Goal.atMost(1.03)));
    rows.add(
        Row.of(
                "share of it that waits for data",
                Reading.of(rounds, TrainingInTurns.DATA_WAIT, "%"))
            .to(Goal.atMost(1)));
    rows.add(
        Row.of(
            "share of the processors for the broker",
            Reading.of(rounds, TrainingInTurns.BROKER, "%")));
    rows.add(
        Row.of(
            "share of the processors for ingest", Reading.of(rounds, TrainingInTurns.INGEST, "%")));
    if (others.stream().anyMatch(other -> other.name().equals(Peers.EAGER))) {
      rows.add(
          Row.of(
              "through Kafka, against random tensors in memory",
              pipeline,
              rate(rounds, Peers.EAGER)));
    }
    return rows;
  }

  private static Reading rate(List<Measured> rounds, String program) {
    return Reading.of(rounds, TrainingInTurns.rateOf(program), Peers.IMAGES_PER_SECOND).as(program);
  }

  private static Reading epochs(Reading rate, int images) {
    return new Reading(rate.program(), "s", rate.values().stream().map(r -> images / r).toList());
  }
}
