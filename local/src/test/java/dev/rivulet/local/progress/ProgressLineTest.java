package dev.rivulet.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.RunProgress;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final OptionalLong ETA = OptionalLong.of(221);

  @Test
  void drawsTheShareInEighthsOfACell() {
    String line = ProgressLine.bar(Sample.training(18_400), ETA, terminal(120, true));

    assertThat(line)
        .isEqualTo(
            "epoch 2/10 ▕███████▎            ▏  36 % 18,400/50,000  142 img/s  ETA 3:41  loss 1.234  acc 0.560");
  }

  @Test
  void isNeverWiderThanTheTerminal() {
    for (int columns : new int[] {20, 60, 99, 100, 200}) {
      assertThat(ProgressLine.bar(Sample.training(49_999), ETA, terminal(columns, true)))
          .hasSizeLessThan(columns);
    }
  }

  @Test
  void fillsTheBarAtTheEndOnly() {
    assertThat(ProgressLine.bar(Sample.training(50_000), ETA, terminal(120, true)))
        .contains("▕" + "█".repeat(20) + "▏ 100 %");
    assertThat(ProgressLine.bar(Sample.training(49_999), ETA, terminal(120, true)))
        .contains(" 99 %");
  }

  @Test
  void drawsWithPlainCharactersWhereBlocksCannotBeShown() {
    assertThat(ProgressLine.bar(Sample.training(25_000), ETA, terminal(120, false)))
        .contains("[##########..........]");
  }

  @Test
  void namesThePhaseThatIsNotTraining() {
    RunProgress validating =
        new RunProgress("run", 2, 10, "validation", 512, 50_000, 142, 1, 0.5, "CPU");

    assertThat(ProgressLine.plain(validating, OptionalLong.empty()))
        .isEqualTo("epoch 2/10 validation 512");
  }

  @Test
  void showsHoursIfThereAreAny() {
    assertThat(ProgressLine.duration(59)).isEqualTo("0:59");
    assertThat(ProgressLine.duration(3_599)).isEqualTo("59:59");
    assertThat(ProgressLine.duration(7_421)).isEqualTo("2:03:41");
  }

  private static Terminal terminal(int columns, boolean unicode) {
    return new Terminal(System.out, System.err, true, false, unicode, columns);
  }
}
