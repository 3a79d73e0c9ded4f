package dev.rivulet.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunHistoryTest {
  private final RunHistory history = new RunHistory();

  @Test
  void addsUpTheTimeOfAllEpochs() {
    add(1);
    add(2);
    assertThat(history.points()).extracting(EpochPoint::secondsSoFar).containsExactly(10.0, 20.0);
  }

  @Test
  void replacesAnEpochThatIsToldAgain() {
    add(1);
    add(2);
    add(2);
    assertThat(history.points()).extracting(EpochPoint::epoch).containsExactly(1, 2);
    assertThat(history.points().get(1).secondsSoFar()).isEqualTo(20);
  }

  @Test
  void keepsTheDetailOfTheNewestEpochAlone() {
    history.add(LiveEvents.epoch("run", 1, 1, LiveEvents.detail(7)));
    history.add(LiveEvents.epoch("run", 2, 1, LiveEvents.detail(8)));
    history.add(LiveEvents.epoch("run", 1, 1, LiveEvents.detail(9)));
    assertThat(history.detailedEpoch()).isEqualTo(2);
    assertThat(history.detail()).contains(LiveEvents.detail(8));

    add(3);
    assertThat(history.detail()).isEmpty();
  }

  @Test
  void staysBoundedHoweverLongTheRun() {
    int epochs = 20_000;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      add(epoch);
      assertThat(history.points().size()).isLessThanOrEqualTo(RunHistory.MAX_POINTS);
    }
    assertThat(history.points().get(0).epoch()).isEqualTo(1);
    EpochPoint newest = history.points().get(history.points().size() - 1);
    assertThat(newest.epoch()).isEqualTo(epochs);
    assertThat(newest.secondsSoFar()).isEqualTo(10.0 * epochs);
  }

  private void add(int epoch) {
    history.add(LiveEvents.epoch("run", epoch, 1, null));
  }
}
