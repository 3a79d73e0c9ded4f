package dev.rivulet.chaos;

import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Kills trainer, ingest and broker while they work, and compares what comes out with a run that
 * nobody disturbed.
 */
final class TrainingScenario {
  /** A small window keeps ingest busy to the end; a state every two seconds lets work go on. */
  static final Map<String, String> SETTINGS =
      Map.of("RIVULET_INGEST_WINDOW_IMAGES", "256", "RIVULET_CHECKPOINT_INTERVAL", "2s");

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Path folder;
  private final TrainingPlan plan;
  private final Report report;

  /**
   * @param plan with a number of images per epoch
   */
  TrainingScenario(Path folder, TrainingPlan plan, Report report) {
    this.folder = folder;
    this.plan = plan;
    this.report = report;
  }

  /** The run that nobody disturbs. */
  TrainedRun calm(Map<String, String> settings) throws Exception {
    long begun = System.nanoTime();
    try (Pipeline pipeline = new Pipeline(folder.resolve("calm"), settings)) {
      pipeline.startBroker();
      try (Training training = Training.request(pipeline, plan)) {
        pipeline.start(Pipeline.TRAINER);
        pipeline.start(Pipeline.INGEST);
        TrainedRun run = training.awaitFinish(PATIENCE);
        report.line(
            "calm: %d steps in %.0f s, weights %s",
            run.steps(), (System.nanoTime() - begun) / 1e9, run.sha256());
        if (run.epochs().size() != plan.epochs() || run.steps() != steps()) {
          throw new IllegalStateException("the undisturbed run is not complete: " + run.epochs());
        }
        return run;
      }
    }
  }

  /** The same run in a storm. */
  void stormy(String name, Storm storm, TrainedRun calm) throws Exception {
    long begun = System.nanoTime();
    try (Pipeline pipeline = new Pipeline(folder.resolve(name), SETTINGS)) {
      pipeline.startBroker();
      try (Training training = Training.request(pipeline, plan)) {
        startServices(pipeline, storm);
        for (Storm.Strike strike : storm.strikes()) {
          strike(training, strike, name);
        }
        TrainedRun run = training.awaitFinish(PATIENCE);
        List<String> wrong = new ArrayList<>(run.differencesFrom(calm));
        report.row(
            name,
            storm.summary(),
            storm.together(),
            "%.0f s".formatted((System.nanoTime() - begun) / 1e9),
            run.sha256().substring(0, 12),
            "%d once".formatted(new TreeSet<>(run.epochs()).size()),
            "%d once".formatted(run.batches().size()),
            training.endedByThemselves().size(),
            wrong);
      }
    }
  }

  /** Second ones are started where the storm knows of them. */
  private static void startServices(Pipeline pipeline, Storm storm) {
    pipeline.start(Pipeline.TRAINER);
    pipeline.start(Pipeline.INGEST);
    Set<String> more = new TreeSet<>();
    storm.strikes().forEach(strike -> more.addAll(strike.victims()));
    more.removeAll(pipeline.names());
    more.forEach(pipeline::start);
  }

  private void strike(Training training, Storm.Strike strike, String name)
      throws InterruptedException {
    training.awaitSteps(Math.round(strike.progress() * steps()));
    pass(training, strike.delayMillis());
    if (training.ended()) {
      throw new IllegalStateException(
          "the run ended before the storm did; choose a longer one for seed " + name);
    }
    training.kill(strike.victims());
    report.note(
        "%s: killed %s at step %d of %d",
        name, String.join(" and ", strike.victims()), training.committedSteps(), steps());
    Thread.sleep(strike.downMillis());
    training.startAgain(strike.victims());
  }

  private static void pass(Training training, int millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < until && !training.ended()) {
      training.lookAfter();
    }
  }

  private long steps() {
    return (long) plan.epochs() * plan.epochBatches(plan.imagesPerEpoch());
  }
}
