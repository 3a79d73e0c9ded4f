package dev.rivulet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The short version of what {@code benchmarks/chaos/run} does at length. */
@Timeout(420)
@Execution(ExecutionMode.CONCURRENT)
class ChaosIT {
  private static final int SEED = 11;

  /** With all that a state can hold; trainer-service has a test of both recipes. */
  private static final TrainingPlan PLAN =
      new TrainingPlan(
          "shapes",
          4,
          32,
          true,
          8,
          "strong",
          42,
          1_024,
          "cpu",
          "fp32",
          List.of(1, 2, 1),
          Map.of("mixup", 0.3, "cutmix", 0.2, "rotation", 15.0, "dropout", 0.5));

  /** Epochs end often, and an epoch is left at the last strike: none comes too late. */
  private static final Storm STORM =
      Storm.of(SEED, Map.of("trainer", 1, "trainer-2", 1, "ingest", 1, "broker", 1), 50);

  @TempDir Path folder;

  private final Report report =
      new Report(System.out, System.out, "seed", "kills", "", "", "", "", "", "");

  @BeforeAll
  static void quiet() {
    LogManager.getLogManager().reset();
  }

  @Test
  void trainsTheSameWeightsInAStorm() throws Exception {
    TrainingScenario scenario = new TrainingScenario(folder, PLAN, report);
    scenario.stormy(String.valueOf(SEED), STORM, scenario.calm(TrainingScenario.SETTINGS));
    assertThat(report.wrong()).isEmpty();
  }

  @Test
  void givesEachImageOneOutcomeInAStorm() throws Exception {
    new ImagesScenario(folder, report).run(6, 1_000, 60, 2, 1);
    assertThat(report.wrong()).isEmpty();
  }
}
