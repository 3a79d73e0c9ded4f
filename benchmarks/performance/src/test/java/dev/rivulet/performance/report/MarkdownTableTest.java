package dev.rivulet.performance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.performance.measure.Measured;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {

  @Test
  void aRowHasBothMediansTheMedianOfTheRatiosAndTheGoal() {
    // the medians' own ratio would be 20 / 4 = 5
    Row row =
        Row.of("step", reading("Rivulet", 10, 20, 30), reading("PyTorch", 2, 10, 4))
            .to(Goal.atLeast(1.8));

    assertThat(MarkdownTable.of(List.of(section(row))))
        .contains("| step | 20.0 img/s | PyTorch: 4.00 img/s | **5.00** | ≥ 1.80, met |");
    assertThat(row.ratio()).hasValue(5);

    Row other = Row.of("step", reading("Rivulet", 10, 20, 30), reading("PyTorch", 10, 10, 10));
    assertThat(other.ratio()).hasValue(2);
  }

  @Test
  void aMissedGoalIsSaid() {
    Row slow = Row.of("epoch", reading("Rivulet", 11), reading("list", 10)).to(Goal.atMost(1.03));
    Row rate = Row.of("augmented", reading("Rivulet", 19_000)).to(Goal.atLeast(20_000));

    assertThat(MarkdownTable.of(List.of(section(slow, rate))))
        .contains("≤ 1.03, missed |", "| augmented | 19,000 img/s |  |  | ≥ 20,000, missed |");
  }

  @Test
  void everyLineHasTheColumnsOfTheHead() {
    Row row = Row.of("a|b", reading("Rivulet", 1), reading("x|y", 1));

    assertThat(MarkdownTable.of(List.of(section(row))).lines())
        .allSatisfy(
            line -> assertThat(line.replace("\\|", "").chars().filter(c -> c == '|')).hasSize(6));
  }

  @Test
  void theBestSettingIsTheOneWithTheHighestMedian() {
    List<Measured> rounds =
        List.of(
            new Measured("ONNX", Map.of("batch 8", 1.0, "batch 32", 5.0)),
            new Measured("ONNX", Map.of("batch 8", 9.0, "batch 32", 6.0)),
            new Measured("ONNX", Map.of("batch 8", 2.0, "batch 32", 7.0)));

    Reading best = Reading.best(rounds, "img/s");

    assertThat(best.program()).isEqualTo("ONNX, batch 32");
    assertThat(best.values()).containsExactly(5.0, 6.0, 7.0);
  }

  private static Section section(Row... rows) {
    return new Section("test", "Test", List.of(rows), List.of(), List.of());
  }

  private static Reading reading(String program, double... values) {
    return new Reading(program, "img/s", Arrays.stream(values).boxed().toList());
  }
}
