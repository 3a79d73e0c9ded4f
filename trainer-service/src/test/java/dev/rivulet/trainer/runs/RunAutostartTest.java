package dev.rivulet.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunAutostartTest {
  private static final Instant NOW = Instant.parse("2026-01-31T17:45:02Z");
  private static final TrainingPlan PLAN = TrainingPlan.defaults();
  private static final TrainingPlan OTHER =
      new TrainingPlan("shapes", 1, 32, true, 16, "original", 42, 0, "auto", "fp32");

  private final RunLedger ledger = new RunLedger();

  @Test
  void requestsNothingUnlessConfigured() {
    assertThat(new RunAutostart(Optional.empty()).due(ledger, NOW)).isEmpty();
  }

  @Test
  void requestsTheConfiguredPlanUntilItIsPublished() {
    RunAutostart autostart = new RunAutostart(Optional.of(PLAN));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(autostart.due(ledger, NOW))
          .hasValueSatisfying(run -> assertThat(run.plan()).isEqualTo(PLAN));
    }
    autostart.published();
    assertThat(autostart.due(ledger, NOW)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = RunStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "FAILED")
  void leavesARunOfTheSamePlanAlone(RunStatus status) {
    ledger.merge(run("a", PLAN, status));
    ledger.merge(run("b", OTHER, RunStatus.FINISHED));
    assertThat(new RunAutostart(Optional.of(PLAN)).due(ledger, NOW)).isEmpty();
  }

  @Test
  void triesAPlanAgainThatFailed() {
    ledger.merge(run("a", PLAN, RunStatus.FAILED));
    assertThat(new RunAutostart(Optional.of(PLAN)).due(ledger, NOW)).isPresent();
  }

  @Test
  void requestsAnotherPlanBesideARunThatIsUnderWay() {
    ledger.merge(run("a", OTHER, RunStatus.RUNNING));
    assertThat(new RunAutostart(Optional.of(PLAN)).due(ledger, NOW)).isPresent();
  }

  private static TrainingRun run(String id, TrainingPlan plan, RunStatus status) {
    TrainingRun requested = TrainingRun.requested(id, plan, NOW);
    return switch (status) {
      case REQUESTED -> requested;
      case RUNNING -> requested.running(NOW);
      case STOPPING -> requested.stopping();
      default -> requested.ended(status, NOW, Optional.empty());
    };
  }
}
