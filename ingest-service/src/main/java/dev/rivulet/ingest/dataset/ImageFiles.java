package dev.rivulet.ingest.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The files below a folder or in a zip, by their names relative to it, with slashes, sorted.
 *
 * <p>Reading is safe for several threads. Names in a zip are only looked up, never turned into
 * paths.
 */
sealed interface ImageFiles extends AutoCloseable {

  /** Names of files, and of folders with a slash at the end, without hidden ones. */
  List<String> names();

  /**
   * At most so many bytes of a file.
   *
   * @throws IOException if it cannot be read
   */
  byte[] read(String name, int maxBytes) throws IOException;

  @Override
  void close() throws IOException;

  static ImageFiles open(Path source) throws IOException {
    return Files.isDirectory(source) ? InFolder.list(source) : InZip.list(source);
  }

  /** Whether no part of a name begins with a dot or is a Mac's or a NAS's shadow folder. */
  private static boolean visible(String name) {
    for (String part : name.split("/")) {
      if (part.startsWith(".") || part.equals("__MACOSX") || part.equals("@eaDir")) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Files of a folder; links are followed. */
  record InFolder(Path folder, List<String> names) implements ImageFiles {
    static InFolder list(Path folder) throws IOException {
      try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
        List<String> names =
            paths.map(path -> name(folder, path)).filter(ImageFiles::visible).sorted().toList();
        return new InFolder(folder, names);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private static String name(Path folder, Path path) {
      String name = folder.relativize(path).toString().replace('\\', '/');
      return Files.isDirectory(path) && !name.isEmpty() ? name + "/" : name;
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
      try (InputStream in = Files.newInputStream(folder.resolve(name))) {
        return in.readNBytes(maxBytes);
      }
    }

    @Override
    public void close() {
      // nothing is held open
    }
  }

  /** Entries of a zip. */
  record InZip(ZipFile zip, List<String> names) implements ImageFiles {
    static InZip list(Path file) throws IOException {
      ZipFile zip = new ZipFile(file.toFile());
      List<String> names = new ArrayList<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (visible(entry.getName())) {
          names.add(entry.getName());
        }
      }
      Collections.sort(names);
      return new InZip(zip, List.copyOf(names));
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
      try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
        return in.readNBytes(maxBytes);
      }
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }
}
