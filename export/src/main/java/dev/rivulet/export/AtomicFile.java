package dev.rivulet.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files so that a reader, or a crash, never meets half of one. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Replaces the file at once; folders that are missing are made.
   *
   * @return the file
   * @throws UncheckedIOException if it cannot be written
   */
  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.write(part, bytes);
      return Files.move(
          part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s could not be written (%s); make room, or choose another folder".formatted(file, e),
          e);
    }
  }

  /** The same with text, as UTF-8. */
  public static Path write(Path file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
