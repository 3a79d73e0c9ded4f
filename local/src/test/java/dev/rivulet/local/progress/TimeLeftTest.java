package dev.rivulet.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.RunProgress;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private final RunProgress halfOfTheNinthEpoch =
      new RunProgress("run", 9, 10, "training", 25_000, 50_000, 500, 1, 0.5, "CPU");

  @Test
  void takesThePresentSpeedBeforeAnEpochIsComplete() {
    assertThat(TimeLeft.seconds(halfOfTheNinthEpoch, List.of())).hasValue(50 + 100);
  }

  @Test
  void takesTheLastEpochForTheOnesToCome() {
    // 50 s of training, 6 s validation, 2 s checkpoint; then one epoch of 100 s
    assertThat(TimeLeft.seconds(halfOfTheNinthEpoch, List.of(Sample.epoch(8))))
        .hasValue(50 + 8 + 100);
  }

  @Test
  void knowsNothingWithoutASpeed() {
    RunProgress waiting = new RunProgress("run", 1, 10, "training", 0, 50_000, 0, 0, 0, "CPU");

    assertThat(TimeLeft.seconds(waiting, List.of())).isEmpty();
  }
}
