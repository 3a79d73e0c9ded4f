package dev.rivulet.ingest.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
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

  /** Bytes of a file, as the file system or the zip's directory says. */
  long size(String name) throws IOException;

  /**
   * A file's bytes, at most so many.
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

  /** At most so many of the first bytes, without a second copy of them. */
  private static byte[] read(InputStream in, long bytes) throws IOException {
    byte[] read = new byte[(int) bytes];
    int length = in.readNBytes(read, 0, read.length);
    return length == read.length ? read : Arrays.copyOf(read, length);
  }

  /** Files of a folder; links are followed. */
  record InFolder(SortedMap<String, Path> paths) implements ImageFiles {
    private static final char NOT_DECODED = '\uFFFD';

    static InFolder list(Path folder) throws IOException {
      SortedMap<String, Path> paths = new TreeMap<>();
      try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
        walk.forEach(path -> paths.put(name(folder, path), path));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      paths.keySet().removeIf(name -> !visible(name));
      return new InFolder(paths);
    }

    private static String name(Path folder, Path path) {
      String name = folder.relativize(path).toString().replace('\\', '/');
      if (name.indexOf(NOT_DECODED) >= 0) {
        return undecodedName(folder, path);
      }
      return Files.isDirectory(path) && !name.isEmpty() ? name + "/" : name;
    }

    /**
     * A name that is no text in this locale. An URI has its bytes: they are read as UTF-8, or stay
     * escaped if they are none, so that two names never become one.
     */
    private static String undecodedName(Path folder, Path path) {
      URI relative = folder.toUri().relativize(path.toUri());
      String name = relative.getPath();
      return name.indexOf(NOT_DECODED) < 0 ? name : relative.getRawPath();
    }

    @Override
    public List<String> names() {
      return List.copyOf(paths.keySet());
    }

    @Override
    public long size(String name) throws IOException {
      return Files.size(paths.get(name));
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
      Path path = paths.get(name);
      try (InputStream in = Files.newInputStream(path)) {
        return ImageFiles.read(in, Math.min(Files.size(path), maxBytes));
      }
    }

    @Override
    public void close() {
      // nothing is held open
    }
  }

  /** Entries of a zip. */
  record InZip(ZipFile zip, List<String> names) implements ImageFiles {
    private static final String DOS_NAMES = "IBM437";

    static InZip list(Path file) throws IOException {
      ZipFile zip = open(file);
      List<String> names = new ArrayList<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (visible(entry.getName())) {
          names.add(entry.getName());
        }
      }
      Collections.sort(names);
      return new InZip(zip, List.copyOf(names));
    }

    /** With names in UTF-8 or, as Windows and DOS write them, in code page 437. */
    private static ZipFile open(Path file) throws IOException {
      try {
        return new ZipFile(file.toFile());
      } catch (ZipException e) {
        if (!Charset.isSupported(DOS_NAMES)) {
          throw e;
        }
        // names that say they are UTF-8 are read as such all the same
        return new ZipFile(file.toFile(), Charset.forName(DOS_NAMES));
      }
    }

    @Override
    public long size(String name) {
      return zip.getEntry(name).getSize();
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
      try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
        return ImageFiles.read(in, Math.min(size(name), maxBytes));
      }
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }
}
