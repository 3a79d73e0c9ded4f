package dev.rivulet.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** How many of the engine's arrays and managers a process holds, after a full collection. */
record LiveObjects(int arrays, int managers) {
  private static final String ARRAY = "ai.djl.pytorch.engine.PtNDArray";
  private static final String MANAGER = "ai.djl.pytorch.engine.PtNDManager";

  /** By the JDK's own {@code jcmd}. */
  static LiveObjects of(long pid) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd failed: " + lines);
    }
    return new LiveObjects(count(lines, ARRAY), count(lines, MANAGER));
  }

  /** Lines look like {@code 12: 34 5678 the.Class (module)}. */
  private static int count(List<String> lines, String type) {
    return lines.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns.length >= 4 && columns[3].equals(type))
        .mapToInt(columns -> Integer.parseInt(columns[1]))
        .sum();
  }
}
