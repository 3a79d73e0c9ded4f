package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Pipeline;
import dev.rivulet.events.Topics;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.TrialFailedException;
import dev.rivulet.performance.probe.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The second epoch of a run through the real pipeline: the first warms up, and a third is under way
 * so that ingest has as much to do as in any epoch.
 */
public final class TrainedEpoch {
  public static final String SECONDS = "s of training and data wait";
  public static final String IMAGES_PER_SECOND = "images/s";
  public static final String DATA_WAIT = "data wait %";
  public static final String BROKER = "broker %";
  public static final String INGEST = "ingest %";

  private static final int EPOCHS = 3;
  private static final Duration LOOK_UP = Duration.ofMillis(200);

  private TrainedEpoch() {}

  /** A run of the built-in data set, augmented. */
  public static TrainingPlan plan(int images, int batch, int width) {
    return Workload.plan(EPOCHS, batch, true, width, images);
  }

  /**
   * The settings of services that train with so many threads.
   *
   * <p>Ingest is half an epoch ahead, so that it works while the trainer does, however short the
   * epoch is.
   */
  public static Map<String, String> environment(int images, int threads) {
    return Map.of(
        "RIVULET_TRAINER_THREADS",
        String.valueOf(threads),
        "RIVULET_INGEST_WINDOW_IMAGES",
        String.valueOf(Math.max(256, Math.min(8_192, images / 2))));
  }

  /** Starts broker, ingest and trainer, and measures. */
  public static Measured measure(Stage stage, TrainingPlan plan, Duration patience)
      throws InterruptedException {
    Pipeline pipeline = stage.pipeline();
    pipeline.startBroker();
    pipeline.start(Pipeline.INGEST);
    pipeline.start(Pipeline.TRAINER);
    try (RunEvents events =
        RunEvents.read(
            pipeline.kafka(),
            Topics.DEFAULT,
            line -> {
              throw new TrialFailedException(line);
            })) {
      TrainingRun run = TrainingRun.requested(RunIds.next(Instant.now()), plan, Instant.now());
      events.publish(run);
      long deadline = System.nanoTime() + patience.toNanos();
      awaitEpoch(stage, events, run.id(), 1, deadline);
      ProcessorTime before = ProcessorTime.of(pipeline);
      awaitEpoch(stage, events, run.id(), 2, deadline);
      ProcessorTime after = ProcessorTime.of(pipeline);
      return measured(events.epochs(run.id()).get(1), before, after);
    }
  }

  private static void awaitEpoch(
      Stage stage, RunEvents events, String run, int epoch, long deadline) {
    while (events.epochs(run).size() < epoch) {
      stage.requireAlive();
      TrainingRun state = events.run(run);
      if (state.status().ended() || System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "epoch %d does not come to its end, the run is %s %s"
                .formatted(epoch, state.status(), state.message().orElse("")));
      }
      events.poll(LOOK_UP);
    }
  }

  private static Measured measured(
      EpochCompleted epoch, ProcessorTime before, ProcessorTime after) {
    PhaseSeconds seconds = epoch.seconds();
    double atWork = seconds.training() + seconds.dataWait();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(SECONDS, atWork);
    values.put(IMAGES_PER_SECOND, epoch.images() / atWork);
    values.put(DATA_WAIT, 100 * seconds.dataWait() / atWork);
    values.put(BROKER, 100 * after.shareSince(before, Pipeline.BROKER));
    values.put(INGEST, 100 * after.shareSince(before, Pipeline.INGEST));
    return new Measured("Rivulet's pipeline", values);
  }
}
