package dev.rivulet.performance.measure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Measures contenders in turns (A, B, A, B …), so that a slow minute of the machine hits all. */
public final class Rounds {
  private final Consumer<String> progress;
  private final Consumer<String> remarks;

  /**
   * @param progress is told each result
   * @param remarks is told who is left out, and why
   */
  public Rounds(Consumer<String> progress, Consumer<String> remarks) {
    this.progress = progress;
    this.remarks = remarks;
  }

  /**
   * Measures each contender once per round, in the order given.
   *
   * <p>A peer that fails is left out from then on, and has no results.
   *
   * @return by name, one result per round
   * @throws Exception what a repetition of Rivulet itself threw
   */
  public Map<String, List<Measured>> interleaved(List<Contender> contenders, int rounds)
      throws Exception {
    Map<String, List<Measured>> results = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      if (results.put(contender.name(), new ArrayList<>()) != null) {
        throw new IllegalArgumentException("two contenders are named " + contender.name());
      }
    }
    Set<String> failed = new HashSet<>();
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders) {
        if (failed.contains(contender.name())) {
          continue;
        }
        try {
          Measured measured = contender.trial().run();
          results.get(contender.name()).add(measured);
          progress.accept(
              "round %d/%d  %s  %s"
                  .formatted(round, rounds, contender.name(), brief(measured.values())));
        } catch (TrialFailedException e) {
          if (contender.role() == Contender.Role.OURS) {
            throw e;
          }
          failed.add(contender.name());
          remarks.accept("%s is left out: %s".formatted(contender.name(), e.getMessage()));
        }
      }
    }
    results.keySet().removeAll(failed);
    return results;
  }

  private static String brief(Map<String, Double> values) {
    StringBuilder brief = new StringBuilder();
    values.forEach(
        (name, value) -> brief.append(name).append(' ').append(Quantity.text(value)).append("  "));
    return brief.toString().strip();
  }
}
