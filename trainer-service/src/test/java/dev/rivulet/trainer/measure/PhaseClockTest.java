package dev.rivulet.trainer.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.trainer.measure.PhaseClock.Phase;
import org.junit.jupiter.api.Test;

class PhaseClockTest {
  private long nanos;
  private final PhaseClock clock = new PhaseClock(() -> nanos);

  @Test
  void sharesTheTimeOutAmongThePhases() {
    clock.enter(Phase.DATA_WAIT);
    pass(1);
    clock.enter(Phase.TRAINING);
    pass(2);
    clock.enter(Phase.VALIDATION);
    pass(4);
    clock.enter(Phase.CHECKPOINT);
    pass(8);
    assertThat(clock.elapsed()).isEqualTo(new PhaseSeconds(15, 1, 2, 4, 8));
  }

  @Test
  void goesOnFromTheTimeSpentBeforeARestart() {
    clock.reset(new PhaseSeconds(10, 1, 9, 0, 0));
    clock.enter(Phase.TRAINING);
    pass(3);
    assertThat(clock.elapsed().training()).isCloseTo(12, within(1e-9));
    assertThat(clock.elapsed().total()).isCloseTo(13, within(1e-9));
  }

  @Test
  void countsTheRunningPhaseToTheNewEpochAfterAReset() {
    clock.enter(Phase.CHECKPOINT);
    pass(5);
    clock.reset(PhaseSeconds.ZERO);
    pass(1);
    assertThat(clock.elapsed()).isEqualTo(new PhaseSeconds(1, 0, 0, 0, 1));
  }

  private void pass(long seconds) {
    nanos += seconds * 1_000_000_000L;
  }
}
