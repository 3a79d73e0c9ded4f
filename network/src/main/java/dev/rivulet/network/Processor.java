package dev.rivulet.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processors of this machine. */
final class Processor {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
  private static final String INTEL = "GenuineIntel";

  private Processor() {}

  /** Whether Intel has made it; not, if the system does not tell. */
  static boolean isIntel() {
    try (Stream<String> lines = Files.lines(DESCRIPTION)) {
      return lines.anyMatch(line -> line.startsWith("vendor_id") && line.endsWith(INTEL));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(DESCRIPTION + " cannot be read", e);
    }
  }
}
