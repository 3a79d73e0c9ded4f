package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Health;
import dev.rivulet.chaos.Pipeline;
import dev.rivulet.chaos.Suspension;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.performance.measure.TrialFailedException;
import dev.rivulet.performance.probe.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A run through the real pipeline that goes on until it is closed; all of its processes can be made
 * to stand still together.
 *
 * <p>Not for more than two seconds: they would take each other for dead.
 */
public final class OngoingRun implements AutoCloseable {
  private static final int MANY_EPOCHS = 1_000;
  private static final String BATCHES = "rivulet_batches_trained_total";
  private static final String DATA_WAIT = "rivulet_phase_seconds_total{phase=\"data-wait\"";
  private static final long LOOK_UP_MILLIS = 100;
  private static final double FIRST_OF_AN_EPOCH = 0.125;
  private static final double MOST_OF_AN_EPOCH = 0.7;
  private static final int ATTEMPTS = 3;

  private final Stage stage;
  private final long batchesPerEpoch;
  private final int batchSize;
  private final Health health = new Health();

  /**
   * How far it is.
   *
   * @param batches trained since the trainer's start
   * @param used of the processors
   */
  private record Progress(long atNanos, long batches, double dataWaitSeconds, ProcessorTime used) {}

  /**
   * What it did in some time, as long as it did not stand still.
   *
   * @param dataWait the share of the time that it waited for data
   * @param broker the broker's share of all processors
   * @param ingest ingest's share of them
   */
  public record Stretch(double imagesPerSecond, double dataWait, double broker, double ingest) {}

  /** Makes a run stand still for a while, then lets it go on for a while. */
  @FunctionalInterface
  public interface Turn {
    /** Returns for how many seconds it stood still. */
    double take() throws IOException, InterruptedException;
  }

  private OngoingRun(Stage stage, long batchesPerEpoch, int batchSize) {
    this.stage = stage;
    this.batchesPerEpoch = batchesPerEpoch;
    this.batchSize = batchSize;
  }

  /**
   * Starts an augmented run of the built-in data set, and returns after its first epoch.
   *
   * @param stage is closed with this
   */
  public static OngoingRun start(Stage stage, int images, int batch, int width, Duration patience)
      throws InterruptedException, IOException {
    TrainingPlan plan = Workload.plan(MANY_EPOCHS, batch, true, width, images);
    try (PipelineRun run = PipelineRun.start(stage, plan)) {
      run.awaitEpoch(1, patience);
      return new OngoingRun(stage, plan.epochBatches(images), batch);
    } catch (InterruptedException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  /**
   * Measures it from the beginning of an epoch until more than half of it is done, in turns with
   * others; again if the end of the epoch was among them, since a run validates then.
   *
   * @throws TrialFailedException if an epoch is too short for that
   */
  public Stretch measure(Turn turn) throws IOException, InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Progress before = awaitBeginning();
      Progress now;
      double stoodStill = 0;
      do {
        stoodStill += turn.take();
        now = progress();
      } while (done(now, before) < MOST_OF_AN_EPOCH * batchesPerEpoch);
      if (done(now, before) < batchesPerEpoch) {
        return stretch(before, now, stoodStill);
      }
    }
    throw new TrialFailedException(
        "an epoch of %d batches is over before it can be measured; take more images"
            .formatted(batchesPerEpoch));
  }

  public void suspend() throws IOException, InterruptedException {
    stage.requireAlive();
    Suspension.suspend(pids());
  }

  public void resume() throws IOException, InterruptedException {
    stage.requireAlive();
    Suspension.resume(pids());
  }

  @Override
  public void close() throws InterruptedException, IOException {
    Pipeline pipeline = stage.pipeline();
    try {
      for (String name : pipeline.names()) {
        // who stands still cannot end
        if (pipeline.runs(name)) {
          Suspension.resume(List.of(pipeline.pid(name)));
        }
      }
    } finally {
      stage.close();
    }
  }

  /** Waits until a few batches of an epoch are done. */
  private Progress awaitBeginning() throws InterruptedException {
    while (true) {
      stage.requireAlive();
      Progress now = progress();
      long done = now.batches % batchesPerEpoch;
      if (done > 0 && done < FIRST_OF_AN_EPOCH * batchesPerEpoch) {
        return now;
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  /** How many batches of the epoch of {@code before}, and of those behind it. */
  private long done(Progress now, Progress before) {
    return now.batches - before.batches + before.batches % batchesPerEpoch;
  }

  private Progress progress() throws InterruptedException {
    Pipeline pipeline = stage.pipeline();
    ScrapedMetrics metrics = ScrapedMetrics.of(health, pipeline.url(Pipeline.TRAINER));
    return new Progress(
        System.nanoTime(),
        Math.round(metrics.sum(BATCHES)),
        metrics.sum(DATA_WAIT),
        ProcessorTime.of(pipeline));
  }

  private Stretch stretch(Progress before, Progress after, double stoodStill) {
    double seconds = (after.atNanos - before.atNanos) / 1e9 - stoodStill;
    return new Stretch(
        (after.batches - before.batches) * batchSize / seconds,
        (after.dataWaitSeconds - before.dataWaitSeconds) / seconds,
        after.used.shareSince(before.used, Pipeline.BROKER, seconds),
        after.used.shareSince(before.used, Pipeline.INGEST, seconds));
  }

  private List<Long> pids() {
    Pipeline pipeline = stage.pipeline();
    return pipeline.names().stream().map(pipeline::pid).toList();
  }
}
