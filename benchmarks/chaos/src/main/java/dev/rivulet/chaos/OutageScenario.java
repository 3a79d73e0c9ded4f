package dev.rivulet.chaos;

import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes the broker away in the middle of everything: services must say that they are not ready,
 * live on, and recover by themselves; nothing may be lost.
 */
final class OutageScenario {
  private static final List<String> SERVICES =
      List.of(Pipeline.INGEST, Pipeline.TRAINER, Pipeline.INFERENCE);
  private static final Duration NOTICING = Duration.ofSeconds(15);
  private static final Duration RECOVERING = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int READY = 200;
  private static final int IMAGES_PER_SECOND = 30;

  private final Path folder;
  private final TrainingPlan plan;
  private final Report report;
  private final Health health = new Health();

  OutageScenario(Path folder, TrainingPlan plan, Report report) {
    this.folder = folder;
    this.plan = plan;
    this.report = report;
  }

  void run(TrainedRun calm, Duration away, Map<String, String> settings) throws Exception {
    List<String> wrong = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(folder.resolve("outage"), settings)) {
      pipeline.startBroker();
      try (Training training = Training.request(pipeline, plan);
          Outcomes outcomes = Outcomes.follow(pipeline.kafka())) {
        SERVICES.forEach(pipeline::start);
        long steps = (long) plan.epochs() * plan.epochBatches(plan.imagesPerEpoch());
        training.awaitSteps(steps / 2);
        try (ImageSource source =
            ImageSource.start(pipeline.kafka(), Integer.MAX_VALUE, IMAGES_PER_SECOND)) {
          Thread.sleep(Duration.ofSeconds(3).toMillis());
          training.kill(List.of(Pipeline.BROKER));
          int before = outcomes.count();
          Map<String, Double> noticed = untilAll(pipeline, false, NOTICING, wrong);
          Thread.sleep(away.toMillis());
          for (String service : SERVICES) {
            if (!pipeline.runs(service)) {
              wrong.add(service + " ended while the broker was away");
            }
          }
          training.startAgain(List.of(Pipeline.BROKER));
          Map<String, Double> recovered = untilAll(pipeline, true, RECOVERING, wrong);
          TrainedRun run = training.awaitFinish(PATIENCE);
          int published = source.stop();
          outcomes.await(published, PATIENCE);
          wrong.addAll(run.differencesFrom(calm));
          wrong.addAll(outcomes.wrong(published));
          report.row(
              "%d s".formatted(away.toSeconds()),
              noticed,
              recovered,
              run.sha256().substring(0, 12),
              published,
              "%d + %d".formatted(before, outcomes.count() - before),
              training.endedByThemselves().size(),
              wrong);
        }
      }
    }
  }

  /** Seconds until each service says so; what takes too long is wrong. */
  private Map<String, Double> untilAll(
      Pipeline pipeline, boolean ready, Duration patience, List<String> wrong)
      throws InterruptedException {
    Map<String, Double> seconds = new TreeMap<>();
    long begun = System.nanoTime();
    while (seconds.size() < SERVICES.size() && System.nanoTime() - begun < patience.toNanos()) {
      for (String service : SERVICES) {
        if (!seconds.containsKey(service)
            && (health.readiness(pipeline.url(service)) == READY) == ready) {
          seconds.put(service, Math.round((System.nanoTime() - begun) / 1e8) / 10.0);
        }
      }
      Thread.sleep(100);
    }
    for (String service : SERVICES) {
      if (!seconds.containsKey(service)) {
        wrong.add(
            "%s is %sready %d s after the broker %s"
                .formatted(
                    service, ready ? "not " : "", patience.toSeconds(), ready ? "came" : "went"));
      }
    }
    return seconds;
  }
}
