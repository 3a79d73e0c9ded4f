package dev.rivulet.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whom to kill, and how far the work has come by then: a pure function of the seed.
 *
 * @param strikes in order
 */
record Storm(List<Strike> strikes) {
  private static final double FIRST = 0.02;
  private static final double LAST = 0.9;
  private static final double TOGETHER = 0.35;
  private static final int MOST_DELAY_MILLIS = 3_000;
  private static final int MOST_DOWN_MILLIS = 1_500;

  /**
   * @param progress share of the work that is done before, 0 to 1
   * @param delayMillis how long it waits after that moment
   * @param victims who are killed at once
   * @param downMillis how long they stay dead
   */
  record Strike(double progress, int delayMillis, Set<String> victims, int downMillis) {}

  Storm {
    strikes = List.copyOf(strikes);
  }

  /**
   * @param kills how often each process is killed
   */
  static Storm of(long seed, Map<String, Integer> kills) {
    return of(seed, kills, MOST_DELAY_MILLIS);
  }

  /**
   * @param mostDelayMillis how long a strike waits at most after its moment; a short run would be
   *     over by then
   */
  static Storm of(long seed, Map<String, Integer> kills, int mostDelayMillis) {
    Random random = new Random(seed);
    List<String> victims = new ArrayList<>();
    new TreeMap<>(kills).forEach((name, times) -> victims.addAll(Collections.nCopies(times, name)));
    Collections.shuffle(victims, random);
    List<Set<String>> groups = new ArrayList<>();
    for (String victim : victims) {
      Set<String> last = groups.isEmpty() ? Set.of() : groups.get(groups.size() - 1);
      if (!last.isEmpty() && !last.contains(victim) && random.nextDouble() < TOGETHER) {
        last.add(victim);
      } else {
        groups.add(new TreeSet<>(Set.of(victim)));
      }
    }
    double[] moments = random.doubles(groups.size(), FIRST, LAST).sorted().toArray();
    List<Strike> strikes = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      strikes.add(
          new Strike(
              moments[i],
              random.nextInt(mostDelayMillis),
              groups.get(i),
              random.nextInt(MOST_DOWN_MILLIS)));
    }
    return new Storm(strikes);
  }

  int kills() {
    return strikes.stream().mapToInt(strike -> strike.victims().size()).sum();
  }

  int together() {
    return (int) strikes.stream().filter(strike -> strike.victims().size() > 1).count();
  }

  /** For instance {@code broker 3, ingest 10}. */
  String summary() {
    return strikes.stream()
        .flatMap(strike -> strike.victims().stream())
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
