package dev.rivulet.local.progress;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import java.time.Instant;
import java.util.Optional;

/** Events for tests of what is shown. */
final class Sample {
  private Sample() {}

  static RunProgress training(int imagesDone) {
    return new RunProgress(
        "run", 2, 10, "training", imagesDone, 50_000, 142, 1.2341, 0.5604, "CPU");
  }

  static EpochCompleted epoch(int epoch) {
    return new EpochCompleted(
        "run",
        epoch,
        10,
        "shapes",
        new LossAndAccuracy(1.5, 0.45),
        new LossAndAccuracy(1.25, 0.5678),
        new PhaseSeconds(100, 10, 80, 6, 2),
        50_000,
        555.5,
        "CPU",
        32,
        0.002,
        170_282,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }
}
