package dev.rivulet.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.SampleEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunTest {
  private static final Instant START = SampleEvents.NOON.plusSeconds(5);
  private static final Instant END = SampleEvents.NOON.plusSeconds(60);
  private static final TrainingRun REQUESTED = SampleEvents.requested();
  private static final TrainingRun WITH_DATASET =
      REQUESTED.withDataset(SampleEvents.dataset(Optional.empty()));
  private static final TrainingRun RUNNING = WITH_DATASET.running(START);
  private static final TrainingRun FINISHED =
      RUNNING.ended(RunStatus.FINISHED, END, Optional.of("model saved"));

  @ParameterizedTest
  @EnumSource(RunStatus.class)
  void neverGoesBackInItsStatus(RunStatus status) {
    for (RunStatus other : RunStatus.values()) {
      RunStatus later = status.compareTo(other) >= 0 ? status : other;

      assertThat(with(status, 0).mergedWith(with(other, 0)).status()).isEqualTo(later);
      assertThat(with(other, 0).mergedWith(with(status, 0)).status()).isEqualTo(later);
    }
  }

  @Test
  void beginsAnewWithALaterAttempt() {
    TrainingRun resumed = FINISHED.resumed();

    for (TrainingRun merged : List.of(FINISHED.mergedWith(resumed), resumed.mergedWith(FINISHED))) {
      assertThat(merged).isEqualTo(resumed);
      assertThat(merged.status()).isEqualTo(RunStatus.REQUESTED);
      assertThat(merged.attempt()).isEqualTo(1);
      assertThat(merged.dataset()).isPresent();
      assertThat(merged.startedAt()).contains(START);
      assertThat(merged.endedAt()).isEmpty();
      assertThat(merged.message()).isEmpty();
    }
  }

  @Test
  void keepsTheDatasetWhenSomebodyStopsItWhoDoesNotKnowIt() {
    TrainingRun stopping = REQUESTED.stopping();

    assertThat(WITH_DATASET.mergedWith(stopping).dataset()).isEqualTo(WITH_DATASET.dataset());
    assertThat(stopping.mergedWith(WITH_DATASET).dataset()).isEqualTo(WITH_DATASET.dataset());
    assertThat(stopping.mergedWith(WITH_DATASET).status()).isEqualTo(RunStatus.STOPPING);
  }

  @Test
  void keepsTheFirstStart() {
    assertThat(RUNNING.running(END).startedAt()).contains(START);
    assertThat(REQUESTED.stopping().mergedWith(RUNNING).startedAt()).contains(START);
  }

  /** What three services and a user have to say of a run, each with what it knew at that time. */
  @Test
  void comesToTheSameInWhateverOrderItsEventsArrive() {
    TrainingRun stopped =
        RUNNING.stopping().ended(RunStatus.STOPPED, END, Optional.of("model saved"));
    TrainingRun resumed = stopped.resumed();
    TrainingRun runningAgain = resumed.running(END.plusSeconds(9));
    List<TrainingRun> events =
        new ArrayList<>(
            List.of(
                REQUESTED,
                WITH_DATASET,
                RUNNING,
                REQUESTED.stopping(),
                RUNNING.stopping(),
                stopped,
                resumed,
                runningAgain));
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      Collections.shuffle(events, random);
      assertThat(events.stream().reduce(TrainingRun::mergedWith)).contains(runningAgain);
    }
  }

  @Test
  void comesToTheSameHoweverItsEventsAreGrouped() {
    List<TrainingRun> events =
        List.of(REQUESTED, WITH_DATASET, RUNNING, REQUESTED.stopping(), FINISHED);
    for (TrainingRun a : events) {
      for (TrainingRun b : events) {
        for (TrainingRun c : events) {
          assertThat(a.mergedWith(b).mergedWith(c)).isEqualTo(a.mergedWith(b.mergedWith(c)));
        }
      }
    }
  }

  @Test
  void endsOnlyInAnEnd() {
    assertThatThrownBy(() -> RUNNING.ended(RunStatus.RUNNING, END, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(FINISHED.endedAt()).contains(END);
    assertThat(FINISHED.message()).contains("model saved");
  }

  @Test
  void refusesToBeIncomplete() {
    assertThatThrownBy(() -> TrainingRun.requested(" ", TrainingPlan.defaults(), END))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a run needs id, plan, status and requestedAt");
    assertThatThrownBy(() -> TrainingRun.requested("r", null, END))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TrainingRun.requested("r", TrainingPlan.defaults(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TrainingRun with(RunStatus status, int attempt) {
    return new TrainingRun(
        "r", TrainingPlan.defaults(), status, attempt, null, SampleEvents.NOON, null, null, null);
  }
}
