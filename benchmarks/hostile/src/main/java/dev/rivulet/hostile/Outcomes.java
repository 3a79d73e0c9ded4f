package dev.rivulet.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Counts what came of each kind of input, and remembers what should not have been. */
final class Outcomes {
  private final Map<String, Map<String, Integer>> counts = new ConcurrentSkipListMap<>();
  private final Map<String, String> faults = new ConcurrentHashMap<>();

  void count(String kind, String outcome) {
    counts
        .computeIfAbsent(kind, k -> new ConcurrentSkipListMap<>())
        .merge(outcome, 1, Integer::sum);
  }

  void fault(String what, String detail) {
    faults.put(what, detail);
  }

  void require(boolean condition, String what, Object detail) {
    if (!condition) {
      fault(what, String.valueOf(detail));
    }
  }

  List<String> faults() {
    List<String> all = new ArrayList<>();
    new TreeMap<>(faults).forEach((what, detail) -> all.add(what + ": " + detail));
    return all;
  }

  String table() {
    StringBuilder table = new StringBuilder();
    counts.forEach(
        (kind, outcomes) ->
            table.append(
                "%-42s %s%n"
                    .formatted(
                        kind, outcomes.toString().replaceAll("[{}]", "").replace("=", " "))));
    return table.toString();
  }
}
