package dev.rivulet.trainer.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
  @Test
  void writesOneLinePerEpochWithCumulativeTime() {
    RunHistory history = new RunHistory();
    history.add(epoch(2, 20));
    history.add(epoch(1, 10));
    history.add(epoch(2, 20));
    String[] lines = history.toCsv().split("\\R");
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).startsWith("epoch,train_loss,train_accuracy,validation_loss");
    assertThat(lines[1])
        .startsWith("1,0.500000,0.800000,0.700000,0.750000,0.00200000,640,64.00,10.000,")
        .contains(",10.000,2026-");
    assertThat(lines[2]).startsWith("2,").contains(",30.000,2026-");
    assertThat(lines[1].split(",", -1)).hasSameSizeAs(lines[0].split(","));
  }

  @Test
  void showsTheTableThatPeopleRead() {
    RunHistory history = new RunHistory();
    history.add(epoch(1, 10));
    assertThat(history.toTable()).contains("val acc").contains("75.00%").contains("10.00%");
  }

  private static EpochCompleted epoch(int epoch, double seconds) {
    return new EpochCompleted(
        "run",
        epoch,
        2,
        "shapes",
        new LossAndAccuracy(0.5, 0.8),
        new LossAndAccuracy(0.7, 0.75),
        new PhaseSeconds(seconds, seconds / 10, seconds / 2, seconds / 5, seconds / 5),
        640,
        64,
        "cpu",
        32,
        0.002,
        48_794,
        Instant.parse("2026-01-01T00:00:00Z"),
        Optional.empty(),
        Optional.empty());
  }
}
