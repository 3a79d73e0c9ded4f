package dev.rivulet.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The processors of this machine. */
final class Processor {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  private Processor() {}

  /**
   * Whether there is AVX-512 that Intel's library does not use, since another maker's processor has
   * it; not, if the system does not tell.
   */
  static boolean hasAvx512ThatIntelsLibraryIgnores() {
    try {
      return hasAvx512ThatIntelsLibraryIgnores(Files.readAllLines(DESCRIPTION));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(DESCRIPTION + " cannot be read", e);
    }
  }

  /**
   * @param description as Linux gives it in {@code /proc/cpuinfo}
   */
  static boolean hasAvx512ThatIntelsLibraryIgnores(List<String> description) {
    return tells(description, "flags", "avx512f")
        && !tells(description, "vendor_id", "GenuineIntel");
  }

  private static boolean tells(List<String> description, String key, String word) {
    return description.stream()
        .filter(line -> line.startsWith(key))
        .anyMatch(line -> List.of(line.split("[\\s:]+")).contains(word));
  }
}
