package dev.rivulet.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Asks a Java process, by the JDK's own {@code jcmd}. */
final class Jcmd {
  private Jcmd() {}

  /**
   * The lines of its answer.
   *
   * @throws IOException if it does not answer
   */
  static List<String> lines(long pid, String question) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                question)
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd failed: " + lines);
    }
    return lines;
  }
}
