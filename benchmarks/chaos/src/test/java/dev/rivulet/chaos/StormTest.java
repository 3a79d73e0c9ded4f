package dev.rivulet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StormTest {
  private static final Map<String, Integer> KILLS =
      Map.of("trainer", 10, "ingest", 10, "broker", 3);

  @Test
  void isAPureFunctionOfItsSeed() {
    assertThat(Storm.of(1, KILLS)).isEqualTo(Storm.of(1, KILLS)).isNotEqualTo(Storm.of(2, KILLS));
  }

  @Test
  void killsEachAsOftenAsAsked() {
    Storm storm = Storm.of(3, KILLS);
    assertThat(storm.summary()).isEqualTo("broker 3, ingest 10, trainer 10");
    assertThat(storm.kills()).isEqualTo(23);
  }

  @Test
  void strikesInTheOrderOfProgressAndSometimesSeveralAtOnce() {
    Storm storm = Storm.of(1, KILLS);
    assertThat(storm.strikes())
        .isSortedAccordingTo(Comparator.comparingDouble(Storm.Strike::progress))
        .allMatch(strike -> strike.progress() > 0 && strike.progress() < 1);
    assertThat(storm.together()).isPositive();
  }
}
