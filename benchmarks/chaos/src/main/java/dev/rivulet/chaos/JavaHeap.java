package dev.rivulet.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Where a process' Java heap lies. Its pages come into use one after the other, whether or not its
 * objects grow, until it is as large as it may become.
 *
 * @param from first address
 * @param to address after the last one
 */
record JavaHeap(long from, long to) {
  private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]{16})");
  private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) .*");
  private static final String RESIDENT = "Rss:";

  static JavaHeap of(long pid) throws IOException, InterruptedException {
    List<Long> addresses =
        Jcmd.lines(pid, "GC.heap_info").stream()
            // what follows is not the heap, but the memory of classes
            .takeWhile(line -> !line.strip().startsWith("Metaspace"))
            .flatMap(line -> ADDRESS.matcher(line).results())
            .map((MatchResult found) -> Long.parseUnsignedLong(found.group(1), 16))
            .sorted()
            .toList();
    if (addresses.isEmpty()) {
      throw new IOException("no address in what jcmd says of the heap of process " + pid);
    }
    return new JavaHeap(addresses.get(0), addresses.get(addresses.size() - 1));
  }

  /** How much of it is in memory, by the kernel. */
  long residentBytes(long pid) throws IOException {
    long kibibytes = 0;
    boolean within = false;
    for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "smaps"))) {
      var mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        long start = Long.parseUnsignedLong(mapping.group(1), 16);
        within = Long.compareUnsigned(start, from) >= 0 && Long.compareUnsigned(start, to) < 0;
      } else if (within && line.startsWith(RESIDENT)) {
        kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return kibibytes << 10;
  }
}
