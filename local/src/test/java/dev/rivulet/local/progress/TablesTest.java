package dev.rivulet.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.local.model.ModelListing;
import dev.rivulet.local.model.ModelSummary;
import dev.rivulet.local.run.RunSummary;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TablesTest {
  @Test
  void tellsEveryEpochAndWhereTheTimeWent() {
    String table = EpochTable.of(List.of(Sample.epoch(1), Sample.epoch(2)));

    assertThat(table.lines())
        .hasSize(5)
        .contains(
            "    2      1.5000     45.00%    1.2500   56.78%     100.0     555.5      10.0%",
            "time: 200.0 s = training 160.0 s (80.0%) + data wait 20.0 s (10.0%) + validation 12.0 s (6.0%) + checkpoints 4.0 s (2.0%) + other 4.0 s",
            "100,000 images trained at 555.6 images/s on CPU, batch 32, 170,282 parameters");
  }

  @Test
  void saysThatNoEpochIsComplete() {
    assertThat(EpochTable.of(List.of())).isEqualTo("no epoch is complete");
  }

  @Test
  void listsRunsWithWhatIsKnownOfThem() {
    RunSummary finished =
        new RunSummary(
            "20260131-174502-9f3c",
            "finished",
            "cifar10",
            10,
            10,
            Optional.of(0.7797),
            Optional.of(Instant.parse("2026-01-31T17:45:03Z")),
            Optional.of(1234.4),
            Optional.empty());
    RunSummary requested =
        new RunSummary(
            "20260131-180000-0001",
            "failed",
            "photos",
            0,
            10,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("no images"));

    assertThat(RunTable.of(List.of(finished, requested), ZoneOffset.UTC).lines())
        .containsExactly(
            "run                   status     data set             epochs  best acc  started            seconds",
            "20260131-174502-9f3c  finished   cifar10               10/10    77.97%  2026-01-31 17:45      1234",
            "20260131-180000-0001  failed     photos                 0/10         -  -                        -  no images");
  }

  @Test
  void keepsEachRunOnItsLine() {
    RunSummary run =
        new RunSummary(
            "r\n1",
            "failed",
            "cats\u001b[31m",
            0,
            10,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("no\nimages"));

    assertThat(RunTable.of(List.of(run), ZoneOffset.UTC).lines())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("r\uFFFD1 ")
        .contains("cats\uFFFD[31m ")
        .endsWith("no\uFFFDimages");
  }

  @Test
  void marksTheSelectedCheckpoint() {
    ModelSummary first = model(1, Optional.of(0.5678));
    ModelSummary second = model(2, Optional.empty());
    ModelSelection pinned = ModelSelection.pinned("20260131-174502-9f3c", 1, Instant.EPOCH, "test");

    assertThat(
            ModelTable.of(
                    new ModelListing(pinned, Optional.of(first), List.of(first, second)),
                    ZoneOffset.UTC)
                .lines())
        .containsExactly(
            "  run@epoch                 data set          val acc  published         sha256",
            "* 20260131-174502-9f3c@1    cifar10            56.78%  2026-01-31 17:45  0123456789ab",
            "  20260131-174502-9f3c@2    cifar10                 -  2026-01-31 17:45  0123456789ab",
            "selected: pinned to 20260131-174502-9f3c@1");
    assertThat(
            ModelTable.of(
                new ModelListing(pinned, Optional.empty(), List.of(second)), ZoneOffset.UTC))
        .endsWith("selected: pinned to 20260131-174502-9f3c@1, which is not there");
    assertThat(
            ModelTable.of(
                new ModelListing(ModelSelection.DEFAULT, Optional.empty(), List.of()),
                ZoneOffset.UTC))
        .startsWith("no checkpoints yet");
  }

  private static ModelSummary model(int epoch, Optional<Double> accuracy) {
    Instant time = Instant.parse("2026-01-31T17:45:03Z");
    return new ModelSummary(
        "20260131-174502-9f3c",
        epoch,
        "cifar10",
        accuracy,
        "0123456789abcdef".repeat(4),
        time,
        time);
  }
}
