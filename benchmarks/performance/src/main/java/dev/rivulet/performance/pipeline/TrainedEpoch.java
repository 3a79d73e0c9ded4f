package dev.rivulet.performance.pipeline;

import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.performance.probe.Workload;
import java.time.Duration;

/**
 * The second epoch of a run through the real pipeline: the first warms up, and a third is under way
 * so that ingest has as much to do as in any epoch.
 */
public final class TrainedEpoch {
  private static final int EPOCHS = 3;

  private TrainedEpoch() {}

  /** A run of the built-in data set, augmented. */
  public static TrainingPlan plan(int images, int batch, int width) {
    return Workload.plan(EPOCHS, batch, true, width, images);
  }

  /** Starts broker, ingest and trainer, and returns the seconds of training and data wait. */
  public static double seconds(Stage stage, TrainingPlan plan, Duration patience)
      throws InterruptedException {
    try (PipelineRun run = PipelineRun.start(stage, plan)) {
      PhaseSeconds seconds = run.awaitEpoch(2, patience).seconds();
      return seconds.training() + seconds.dataWait();
    }
  }
}
