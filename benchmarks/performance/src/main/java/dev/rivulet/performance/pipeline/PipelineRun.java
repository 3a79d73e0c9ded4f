package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Pipeline;
import dev.rivulet.events.Topics;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.performance.measure.TrialFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A run through the real pipeline: broker, ingest and trainer. */
public final class PipelineRun implements AutoCloseable {
  private static final Duration LOOK_UP = Duration.ofMillis(200);

  private final Stage stage;
  private final RunEvents events;
  private final String id;

  private PipelineRun(Stage stage, RunEvents events, String id) {
    this.stage = stage;
    this.events = events;
    this.id = id;
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

  /** Starts the processes and requests the run; the stage stays the caller's to close. */
  static PipelineRun start(Stage stage, TrainingPlan plan) throws InterruptedException {
    Pipeline pipeline = stage.pipeline();
    pipeline.startBroker();
    pipeline.start(Pipeline.INGEST);
    pipeline.start(Pipeline.TRAINER);
    RunEvents events =
        RunEvents.read(
            pipeline.kafka(),
            Topics.DEFAULT,
            line -> {
              throw new TrialFailedException(line);
            });
    TrainingRun run = TrainingRun.requested(RunIds.next(Instant.now()), plan, Instant.now());
    events.publish(run);
    return new PipelineRun(stage, events, run.id());
  }

  /**
   * Waits for the end of an epoch, from 1.
   *
   * @throws TrialFailedException if it does not come
   */
  EpochCompleted awaitEpoch(int epoch, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (events.epochs(id).size() < epoch) {
      stage.requireAlive();
      TrainingRun state = events.run(id);
      if (state.status().ended() || System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "epoch %d does not come to its end, the run is %s %s"
                .formatted(epoch, state.status(), state.message().orElse("")));
      }
      events.poll(LOOK_UP);
    }
    return events.epochs(id).get(epoch - 1);
  }

  /** Looks after it no more. */
  @Override
  public void close() {
    events.close();
  }
}
