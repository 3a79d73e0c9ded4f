package dev.rivulet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainedRunTest {
  private static final TrainedRun CALM =
      new TrainedRun("aa", 2, List.of("epoch 1"), Map.of("0001/00000/00", 7L), List.of());

  @Test
  void isNoDifferentFromItself() {
    assertThat(CALM.differencesFrom(CALM)).isEmpty();
  }

  @Test
  void seesOtherWeights() {
    assertThat(with("ab", CALM.epochs(), CALM.batches(), List.of()).differencesFrom(CALM))
        .containsExactly("weights ab instead of aa");
  }

  @Test
  void seesAnEpochThatIsReportedTwice() {
    assertThat(
            with("aa", List.of("epoch 1", "epoch 1"), CALM.batches(), List.of())
                .differencesFrom(CALM))
        .hasSize(1);
  }

  @Test
  void seesABatchThatIsMissingOrOtherOrThereTwice() {
    assertThat(with("aa", CALM.epochs(), Map.of(), List.of()).differencesFrom(CALM))
        .singleElement()
        .asString()
        .contains("0001/00000/00");
    assertThat(
            with("aa", CALM.epochs(), Map.of("0001/00000/00", 8L), List.of()).differencesFrom(CALM))
        .hasSize(1);
    assertThat(
            with("aa", CALM.epochs(), CALM.batches(), List.of("0001/00000/00"))
                .differencesFrom(CALM))
        .hasSize(1);
  }

  private static TrainedRun with(
      String sha256, List<String> epochs, Map<String, Long> batches, List<String> repeated) {
    return new TrainedRun(sha256, CALM.steps(), epochs, batches, repeated);
  }
}
