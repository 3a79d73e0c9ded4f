package dev.rivulet.local.classify;

import dev.rivulet.events.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the image files that a user named, and reads them. */
public final class ImageFiles {
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  // a producer adds keys and headers to the image
  private static final long MAX_FILE_BYTES = Topics.MAX_IMAGE_RECORD_BYTES - (64 << 10);

  private ImageFiles() {}

  /**
   * The files as named, and the images in named folders and below, sorted.
   *
   * @throws IllegalArgumentException if something does not exist, cannot be read, is too large, or
   *     is a folder without images
   */
  public static List<Path> of(List<Path> named) {
    List<Path> files = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        files.addAll(imagesBelow(path));
      } else {
        files.add(path);
      }
    }
    files.forEach(ImageFiles::check);
    return files;
  }

  private static List<Path> imagesBelow(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> images =
          tree.filter(Files::isRegularFile).filter(ImageFiles::looksLikeAnImage).sorted().toList();
      if (images.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has no images; name PNG, JPEG, BMP or GIF files, or a folder with some"
                .formatted(folder));
      }
      return images;
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static boolean looksLikeAnImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static void check(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("%s does not exist; check the path".formatted(file));
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IllegalArgumentException("%s cannot be read; name image files".formatted(file));
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "%s has %,d bytes; at most %,d are possible, make it smaller"
                .formatted(file, bytes, MAX_FILE_BYTES));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
