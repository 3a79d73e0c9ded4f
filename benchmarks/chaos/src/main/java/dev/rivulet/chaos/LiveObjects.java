package dev.rivulet.chaos;

import java.io.IOException;
import java.util.List;

/**
 * What a process holds on to, after a full collection.
 *
 * @param arrays of the engine
 * @param managers of the engine's arrays
 * @param heapBytes of all objects
 */
record LiveObjects(int arrays, int managers, long heapBytes) {
  private static final String ARRAY = "ai.djl.pytorch.engine.PtNDArray";
  private static final String MANAGER = "ai.djl.pytorch.engine.PtNDManager";
  private static final String ALL = "Total";
  private static final int LOOKS = 5;
  private static final long BETWEEN_LOOKS_MILLIS = 1_000;

  /** The least of some looks: a batch or a reload may be under way in any one of them. */
  static LiveObjects of(long pid) throws IOException, InterruptedException {
    LiveObjects least = look(pid);
    for (int i = 1; i < LOOKS; i++) {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
      LiveObjects again = look(pid);
      least =
          new LiveObjects(
              Math.min(least.arrays, again.arrays),
              Math.min(least.managers, again.managers),
              Math.min(least.heapBytes, again.heapBytes));
    }
    return least;
  }

  private static LiveObjects look(long pid) throws IOException, InterruptedException {
    List<String[]> lines =
        Jcmd.lines(pid, "GC.class_histogram").stream()
            .map(line -> line.strip().split("\\s+"))
            .toList();
    long total =
        lines.stream()
            .filter(columns -> columns[0].equals(ALL))
            .mapToLong(columns -> Long.parseLong(columns[2]))
            .findFirst()
            .orElseThrow(() -> new IOException("the histogram has no total"));
    return new LiveObjects(count(lines, ARRAY), count(lines, MANAGER), total);
  }

  /** Lines look like {@code 12: 34 5678 the.Class (module)}. */
  private static int count(List<String[]> lines, String type) {
    return lines.stream()
        .filter(columns -> columns.length >= 4 && columns[3].equals(type))
        .mapToInt(columns -> Integer.parseInt(columns[1]))
        .sum();
  }
}
