package dev.rivulet.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the kernel says of a process.
 *
 * @param residentBytes memory in use, native memory included
 * @param files open ones, sockets included
 */
public record ProcessSample(long residentBytes, int files, int threads) {

  /**
   * @throws IOException if the process is gone, or this is no Linux
   */
  public static ProcessSample of(long pid) throws IOException {
    Path proc = Path.of("/proc", String.valueOf(pid));
    List<String> status = Files.readAllLines(proc.resolve("status"));
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      return new ProcessSample(
          number(status, "VmRSS") << 10, (int) files.count(), (int) number(status, "Threads"));
    }
  }

  private static long number(List<String> status, String name) throws IOException {
    String line =
        status.stream()
            .filter(l -> l.startsWith(name + ":"))
            .findFirst()
            .orElseThrow(() -> new IOException("no " + name));
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
