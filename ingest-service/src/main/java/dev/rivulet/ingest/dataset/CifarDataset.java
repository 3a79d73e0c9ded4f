package dev.rivulet.ingest.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads CIFAR-10 in its official <a href="https://www.cs.toronto.edu/~kriz/cifar.html">binary
 * version</a>, unpacked or as the tar.gz it comes in: 50,000 training and 10,000 validation images.
 *
 * <p>A record is a label byte and 3,072 bytes of pixels: 1,024 red, 1,024 green, 1,024 blue, each
 * row-major. An archive is read in memory; none of its names ever becomes a path.
 */
public final class CifarDataset {
  public static final String NAME = "cifar10";

  static final String FOLDER = "cifar-10-batches-bin";

  private static final String NAMES_FILE = "batches.meta.txt";
  private static final List<String> TRAIN_FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  private static final String TEST_FILE = "test_batch.bin";
  private static final int RECORDS_PER_FILE = 10_000;
  private static final int CLASSES = 10;
  private static final int PLANE = 1_024;
  private static final int RECORD_BYTES = 1 + 3 * PLANE;
  private static final int MAX_NAMES_BYTES = 10_000;

  private final Path source;
  private final int recordsPerFile;
  private final Split train;
  private final Split test;
  private final Set<String> seen = new HashSet<>();
  private List<String> classNames;

  private CifarDataset(Path source, int recordsPerFile) {
    this.source = source;
    this.recordsPerFile = recordsPerFile;
    this.train = new Split(TRAIN_FILES.size() * recordsPerFile);
    this.test = new Split(recordsPerFile);
  }

  /** Whether a folder is, or directly holds, the unpacked archive, complete or not. */
  static boolean isIn(Path folder) {
    return Files.isDirectory(folder.resolve(FOLDER))
        || Files.exists(folder.resolve(TRAIN_FILES.get(0)))
        || Files.exists(folder.resolve(TEST_FILE));
  }

  /**
   * Reads the folder {@code cifar-10-batches-bin}, or one that holds it, or the tar.gz.
   *
   * @throws DatasetException if a file is missing, has a wrong length or wrong content
   */
  public static Dataset read(Path source) {
    return read(source, RECORDS_PER_FILE);
  }

  /** The same with another number of records in each of the six files. */
  static Dataset read(Path source, int recordsPerFile) {
    return new CifarDataset(source, recordsPerFile).read();
  }

  private Dataset read() {
    try {
      if (Files.isDirectory(source)) {
        readFolder();
      } else {
        readArchive();
      }
    } catch (IOException e) {
      throw refused("it cannot be read (%s)".formatted(describe(e)), e);
    }
    for (String name : allFiles()) {
      if (!seen.contains(name)) {
        throw refused("it lacks " + name, null);
      }
    }
    return Dataset.of(NAME, classNames, train, test);
  }

  private void readFolder() throws IOException {
    Path inner = source.resolve(FOLDER);
    Path folder = Files.isDirectory(inner) ? inner : source;
    for (String name : allFiles()) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
          readFile(name, Files.size(file), in);
        }
      }
    }
  }

  private void readArchive() throws IOException {
    try (InputStream file = Files.newInputStream(source);
        InputStream plain = new GZIPInputStream(file, 1 << 16);
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.isFile() && allFiles().contains(name)) {
          readFile(name, entry.getSize(), tar);
        }
      }
    }
  }

  private void readFile(String name, long bytes, InputStream in) throws IOException {
    boolean hasNames = name.equals(NAMES_FILE);
    long expected = (long) recordsPerFile * RECORD_BYTES;
    if (!hasNames && bytes != expected) {
      throw refused("%s has %d bytes, not %d".formatted(name, bytes, expected), null);
    }
    if (!seen.add(name)) {
      throw refused("it has %s twice".formatted(name), null);
    }
    if (hasNames) {
      classNames = classNames(in.readNBytes(MAX_NAMES_BYTES));
    } else if (name.equals(TEST_FILE)) {
      readRecords(name, in, test, 0);
    } else {
      readRecords(name, in, train, TRAIN_FILES.indexOf(name) * recordsPerFile);
    }
  }

  private void readRecords(String name, InputStream in, Split split, int first) throws IOException {
    byte[] bytes = new byte[RECORD_BYTES];
    byte[] pixels = new byte[Split.IMAGE_BYTES];
    for (int record = 0; record < recordsPerFile; record++) {
      if (in.readNBytes(bytes, 0, RECORD_BYTES) < RECORD_BYTES) {
        throw refused("%s ends in record %d".formatted(name, record), null);
      }
      int label = bytes[0] & 0xff;
      if (label >= CLASSES) {
        throw refused(
            "record %d of %s has label %d, not 0 to 9".formatted(record, name, label), null);
      }
      for (int i = 0; i < PLANE; i++) {
        pixels[3 * i] = bytes[1 + i];
        pixels[3 * i + 1] = bytes[1 + PLANE + i];
        pixels[3 * i + 2] = bytes[1 + 2 * PLANE + i];
      }
      split.put(first + record, label, pixels);
    }
  }

  private List<String> classNames(byte[] bytes) {
    List<String> names =
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != CLASSES || names.stream().distinct().count() != CLASSES) {
      throw refused(
          "%s has %d names, not 10 different ones".formatted(NAMES_FILE, names.size()), null);
    }
    return names;
  }

  private DatasetException refused(String why, Exception cause) {
    String advice =
        Files.isDirectory(source)
            ? "unpack cifar-10-binary.tar.gz there again"
            : "delete it and download cifar-10-binary.tar.gz again";
    return new DatasetException("CIFAR-10 in %s: %s; %s".formatted(source, why, advice), cause);
  }

  private static List<String> allFiles() {
    List<String> files = new ArrayList<>(TRAIN_FILES);
    files.add(TEST_FILE);
    files.add(NAMES_FILE);
    return files;
  }

  private static String describe(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().replaceAll("\\s+", " ");
  }
}
