package dev.rivulet.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunOptionsTest {
  @TempDir Path folder;

  @Test
  void hasTheDefaultsOfThePlan() {
    RunOptions options = parsed();

    assertThat(options.planHere()).isEqualTo(TrainingPlan.defaults());
    assertThat(options.given()).isFalse();
  }

  @Test
  void mapsEveryOption() {
    RunOptions options =
        parsed(
            "--dataset=shapes",
            "--epochs=3",
            "--batch=64",
            "--no-augment",
            "--width=16",
            "--depths=1,2,3",
            "--recipe=strong",
            "--set=learningRate=0.004",
            "--set",
            "mixup=0.2",
            "--seed=7",
            "--limit=500",
            "--device=cpu",
            "--precision=fp32");

    assertThat(options.planHere())
        .isEqualTo(
            new TrainingPlan(
                "shapes",
                3,
                64,
                false,
                16,
                "strong",
                7,
                500,
                "cpu",
                "fp32",
                List.of(1, 2, 3),
                Map.of("learningRate", 0.004, "mixup", 0.2)));
    assertThat(options.given()).isTrue();
  }

  @Test
  void knowsAugmentFromNoAugment() {
    assertThat(parsed("--augment").planHere().augment()).isTrue();
    assertThat(parsed("--no-augment").planHere().augment()).isFalse();
  }

  @Test
  void makesAPathAbsolute() {
    Path relative = Path.of("").toAbsolutePath().relativize(folder);

    assertThat(parsed("--dataset", relative.toString()).planHere().dataset())
        .isEqualTo(folder.toString());
  }

  @Test
  void leavesAPathOfAnotherMachineAlone() {
    assertThat(parsed("--dataset", "sets/mine.zip").planElsewhere().dataset())
        .isEqualTo("sets/mine.zip");
  }

  @Test
  void saysThatAPathDoesNotExist() {
    RunOptions options = parsed("--dataset", folder.resolve("none").toString());

    assertThatThrownBy(options::planHere)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such folder or file");
  }

  @Test
  void saysHowAChangeIsWritten() {
    assertThatThrownBy(parsed("--set", "learningRate")::planHere)
        .hasMessageContaining("write NAME=NUMBER");
    assertThatThrownBy(parsed("--set", "rate=1")::planHere)
        .hasMessageContaining("recipe setting 'rate': choose one of averaging, beta1,");
  }

  @Test
  void refusesABatchOfNothing() {
    RunOptions options = parsed("--batch", "0");

    assertThatThrownBy(options::planHere)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch 0");
  }

  private static RunOptions parsed(String... args) {
    RunOptions options = new RunOptions();
    new CommandLine(options).parseArgs(args);
    return options;
  }
}
