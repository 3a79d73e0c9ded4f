package dev.rivulet.local.progress;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunProgress;
import java.util.List;
import java.util.OptionalLong;

/** Estimates when a run will have trained all its epochs. */
final class TimeLeft {
  private TimeLeft() {}

  /**
   * The rest of this epoch at the present speed, and the epochs to come as long as the last
   * complete one took; before there is one, at the present speed too.
   */
  static OptionalLong seconds(RunProgress progress, List<EpochCompleted> epochs) {
    if (progress.imagesPerSecond() <= 0 || !progress.phase().equals("training")) {
      return OptionalLong.empty();
    }
    double perEpoch = progress.imagesPerEpoch() / progress.imagesPerSecond();
    double rest = (progress.imagesPerEpoch() - progress.imagesDone()) / progress.imagesPerSecond();
    if (!epochs.isEmpty()) {
      EpochCompleted last = epochs.get(epochs.size() - 1);
      perEpoch = last.seconds().total();
      rest += last.seconds().validation() + last.seconds().checkpoint();
    }
    return OptionalLong.of(Math.round(rest + perEpoch * (progress.epochs() - progress.epoch())));
  }
}
