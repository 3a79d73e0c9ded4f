package dev.rivulet.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Kills inference while images and new checkpoints keep coming, and counts the outcomes: exactly
 * one per image.
 */
final class ImagesScenario {
  private static final Duration CHECKPOINTS = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_UP_MILLIS = 100;
  private static final String SECOND = Pipeline.INFERENCE + "-2";

  private final Path folder;
  private final Report report;

  ImagesScenario(Path folder, Report report) {
    this.folder = folder;
    this.report = report;
  }

  /**
   * @param kills how often the first and the second replica are killed
   */
  void run(long seed, int images, int perSecond, int kills, int killsOfSecond) throws Exception {
    long begun = System.nanoTime();
    Storm storm = Storm.of(seed, Map.of(Pipeline.INFERENCE, kills, SECOND, killsOfSecond));
    try (Pipeline pipeline = new Pipeline(folder.resolve("images-" + seed), Map.of())) {
      pipeline.startBroker();
      try (Outcomes outcomes = Outcomes.follow(pipeline.kafka());
          CheckpointSource checkpoints = CheckpointSource.start(pipeline.kafka(), CHECKPOINTS);
          ImageSource source = ImageSource.start(pipeline.kafka(), images, perSecond)) {
        pipeline.start(Pipeline.INFERENCE);
        pipeline.start(SECOND);
        for (Storm.Strike strike : storm.strikes()) {
          strike(pipeline, outcomes, strike, images);
        }
        int published = source.await();
        outcomes.await(published, PATIENCE);
        report.row(
            seed,
            storm.summary(),
            "%.0f s".formatted((System.nanoTime() - begun) / 1e9),
            published,
            outcomes.count(),
            outcomes.rejections(),
            checkpoints.published(),
            outcomes.models(),
            outcomes.wrong(published));
      }
    }
  }

  private void strike(Pipeline pipeline, Outcomes outcomes, Storm.Strike strike, int images)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (outcomes.count() < strike.progress() * images) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "no more outcomes after %d; logs in %s"
                .formatted(outcomes.count(), pipeline.folder().logs()));
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
    Thread.sleep(strike.delayMillis());
    for (String victim : strike.victims()) {
      pipeline.kill(victim);
    }
    report.note(
        "killed %s at %d outcomes", String.join(" and ", strike.victims()), outcomes.count());
    Thread.sleep(strike.downMillis());
    strike.victims().forEach(pipeline::start);
  }
}
