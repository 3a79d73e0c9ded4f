package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> order = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final Rounds rounds = new Rounds(progress::add, remarks::add);

  @Test
  void measuresInTurns() throws Exception {
    Map<String, List<Measured>> results =
        rounds.interleaved(
            List.of(
                Contender.peer("theirs", () -> measured("theirs", 2)),
                Contender.ours("ours", () -> measured("ours", 6))),
            3);

    assertThat(order).containsExactly("theirs", "ours", "theirs", "ours", "theirs", "ours");
    assertThat(Measured.each(results.get("ours"), "rate")).containsExactly(6.0, 6.0, 6.0);
    assertThat(results.get("theirs")).hasSize(3);
    assertThat(progress).hasSize(6).last().asString().contains("round 3/3", "ours", "rate 6");
    assertThat(remarks).isEmpty();
  }

  @Test
  void leavesOutAPeerThatFailsAndSaysWhy() throws Exception {
    Map<String, List<Measured>> results =
        rounds.interleaved(
            List.of(
                Contender.peer("theirs", () -> failingFromTheSecondOn("theirs")),
                Contender.ours("ours", () -> measured("ours", 6))),
            3);

    assertThat(order).containsExactly("theirs", "ours", "theirs", "ours", "ours");
    assertThat(results).containsOnlyKeys("ours");
    assertThat(remarks).containsExactly("theirs is left out: no compiler");
  }

  @Test
  void endsWhenRivuletItselfFails() {
    List<Contender> contenders =
        List.of(Contender.ours("ours", () -> failingFromTheSecondOn("ours")));

    assertThatThrownBy(() -> rounds.interleaved(contenders, 3))
        .isInstanceOf(TrialFailedException.class)
        .hasMessage("no compiler");
    assertThat(order).hasSize(2);
  }

  @Test
  void refusesTwoOfTheSameName() {
    Contender one = Contender.ours("one", () -> measured("one", 1));

    assertThatThrownBy(() -> rounds.interleaved(List.of(one, one), 1))
        .hasMessageContaining("named one");
    assertThat(order).isEmpty();
  }

  private Measured measured(String name, double rate) {
    order.add(name);
    return Measured.of(name, "rate", rate);
  }

  private Measured failingFromTheSecondOn(String name) {
    Measured measured = measured(name, 1);
    if (order.indexOf(name) != order.lastIndexOf(name)) {
      throw new TrialFailedException("no compiler");
    }
    return measured;
  }
}
