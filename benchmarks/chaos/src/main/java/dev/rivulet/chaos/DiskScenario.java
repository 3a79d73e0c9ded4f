package dev.rivulet.chaos;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Slows the trainer down while ingest is free, watches the broker's disk, then kills everything and
 * lets the run finish.
 */
final class DiskScenario {
  private static final int WINDOW_IMAGES = 8_192;
  private static final long IMAGE_RECORD_BYTES = 3_200;
  private static final long SEGMENT_BYTES = 32L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final List<String> ALL =
      List.of(Pipeline.BROKER, Pipeline.INGEST, Pipeline.TRAINER);

  private final Path folder;
  private final TrainingPlan plan;
  private final Report report;

  DiskScenario(Path folder, TrainingPlan plan, Report report) {
    this.folder = folder;
    this.plan = plan;
    this.report = report;
  }

  /**
   * What may lie in the log: the window, the segment that is being written, and one that is being
   * read.
   */
  static long boundBytes() {
    return WINDOW_IMAGES * IMAGE_RECORD_BYTES + 2 * SEGMENT_BYTES;
  }

  void run(TrainedRun calm, Duration slow, double imagesPerSecond) throws Exception {
    List<String> wrong = new ArrayList<>();
    Map<String, String> settings =
        Map.of("RIVULET_INGEST_WINDOW_IMAGES", String.valueOf(WINDOW_IMAGES));
    AtomicLong trained = new AtomicLong();
    try (Pipeline pipeline = new Pipeline(folder.resolve("disk"), settings)) {
      pipeline.startBroker();
      try (Training training = Training.request(pipeline, plan);
          TopicFollower progress =
              TopicFollower.start(
                  pipeline.kafka(),
                  Topics.DEFAULT.trainingProgress(),
                  record -> note(trained, EventJson.read(record.value(), RunProgress.class)))) {
        pipeline.start(Pipeline.TRAINER);
        pipeline.start(Pipeline.INGEST);
        while (trained.get() == 0) {
          training.lookAfter();
        }
        long before = trained.get();
        long most = watch(pipeline, training, slow, imagesPerSecond, trained);
        long slowly = trained.get() - before;
        training.kill(ALL);
        report.note("killed everything after %d images in the slow time", slowly);
        training.startAgain(ALL);
        TrainedRun run = training.awaitFinish(PATIENCE);
        wrong.addAll(run.differencesFrom(calm));
        if (most > boundBytes()) {
          wrong.add("%d bytes in the log, %d are the bound".formatted(most, boundBytes()));
        }
        report.row(
            "%d min".formatted(slow.toMinutes()),
            "%.1f".formatted(slowly / (double) slow.toSeconds()),
            "%.0f MB".formatted(most / 1e6),
            "%.0f MB".formatted(boundBytes() / 1e6),
            "%.0f MB"
                .formatted(
                    plan.epochs() * (double) plan.imagesPerEpoch() * IMAGE_RECORD_BYTES / 1e6),
            run.sha256().substring(0, 12),
            wrong);
      }
    }
  }

  private long watch(
      Pipeline pipeline,
      Training training,
      Duration slow,
      double imagesPerSecond,
      AtomicLong trained)
      throws Exception {
    long most = 0;
    long until = System.nanoTime() + slow.toNanos();
    long notedAt = System.nanoTime();
    Path log = pipeline.folder().kafka().resolve(Topics.DEFAULT.trainingBatches() + "-0");
    try (Throttle throttle =
        Throttle.start(pipeline.pid(Pipeline.TRAINER), imagesPerSecond, trained::get)) {
      while (System.nanoTime() < until) {
        training.lookAfter();
        most = Math.max(most, bytes(log));
        if (System.nanoTime() - notedAt > Duration.ofSeconds(30).toNanos()) {
          notedAt = System.nanoTime();
          report.note("%d images trained, %.0f MB in the log", trained.get(), bytes(log) / 1e6);
        }
      }
    }
    return most;
  }

  private void note(AtomicLong trained, RunProgress progress) {
    if (progress.phase().equals("training")) {
      trained.set((long) (progress.epoch() - 1) * plan.imagesPerEpoch() + progress.imagesDone());
    }
  }

  /** Of the records; index files have a fixed size. */
  private static long bytes(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files
          .filter(file -> file.toString().contains(".log"))
          .mapToLong(DiskScenario::size)
          .sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      // deleted since it was listed
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
