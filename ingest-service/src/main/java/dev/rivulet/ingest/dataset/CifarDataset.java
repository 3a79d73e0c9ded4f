package dev.rivulet.ingest.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private CifarDataset(Path source, int recordsPerFile) {
    this.source = source;
    this.recordsPerFile = recordsPerFile;
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
    boolean folder = Files.isDirectory(source);
    Map<String, byte[]> files;
    try {
      files = folder ? unpacked() : archived();
    } catch (IOException e) {
      throw new DatasetException(
          "%s cannot be read (%s); %s".formatted(source, oneLine(e), advice(folder)), e);
    }
    for (String name : allFiles()) {
      if (!files.containsKey(name)) {
        throw new DatasetException("%s lacks %s; %s".formatted(source, name, advice(folder)));
      }
    }
    Split train = new Split(TRAIN_FILES.size() * recordsPerFile);
    for (int i = 0; i < TRAIN_FILES.size(); i++) {
      String name = TRAIN_FILES.get(i);
      addRecords(name, files.remove(name), train, i * recordsPerFile);
    }
    Split test = new Split(recordsPerFile);
    addRecords(TEST_FILE, files.get(TEST_FILE), test, 0);
    return Dataset.of(NAME, classNames(files.get(NAMES_FILE)), train, test);
  }

  private Map<String, byte[]> unpacked() throws IOException {
    Path inner = source.resolve(FOLDER);
    Path folder = Files.isDirectory(inner) ? inner : source;
    Map<String, byte[]> files = new HashMap<>();
    for (String name : allFiles()) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        checkSize(name, Files.size(file));
        files.put(name, Files.readAllBytes(file));
      }
    }
    return files;
  }

  private Map<String, byte[]> archived() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream file = Files.newInputStream(source);
        InputStream plain = new GZIPInputStream(file, 1 << 16);
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.isFile() && allFiles().contains(name)) {
          checkSize(name, entry.getSize());
          files.put(name, tar.readNBytes((int) entry.getSize()));
        }
      }
    }
    return files;
  }

  private void checkSize(String name, long bytes) {
    boolean names = name.equals(NAMES_FILE);
    long expected = (long) recordsPerFile * RECORD_BYTES;
    if (names ? bytes > MAX_NAMES_BYTES : bytes != expected) {
      throw new DatasetException(
          "%s: %s has %d bytes, not %s; %s"
              .formatted(
                  source,
                  name,
                  bytes,
                  names ? "a few names" : String.valueOf(expected),
                  advice(Files.isDirectory(source))));
    }
  }

  private void addRecords(String name, byte[] records, Split split, int first) {
    // an archive's entry may hold less than it promised
    checkSize(name, records.length);
    byte[] pixels = new byte[Split.IMAGE_BYTES];
    for (int record = 0; record < recordsPerFile; record++) {
      int at = record * RECORD_BYTES;
      int label = records[at] & 0xff;
      if (label >= CLASSES) {
        throw new DatasetException(
            "%s: record %d of %s has label %d, not 0 to 9; %s"
                .formatted(source, record, name, label, advice(Files.isDirectory(source))));
      }
      for (int i = 0; i < PLANE; i++) {
        pixels[3 * i] = records[at + 1 + i];
        pixels[3 * i + 1] = records[at + 1 + PLANE + i];
        pixels[3 * i + 2] = records[at + 1 + 2 * PLANE + i];
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
      throw new DatasetException(
          "%s: %s has %d names, not 10 different ones; %s"
              .formatted(source, NAMES_FILE, names.size(), advice(Files.isDirectory(source))));
    }
    return names;
  }

  private static List<String> allFiles() {
    List<String> files = new ArrayList<>(TRAIN_FILES);
    files.add(TEST_FILE);
    files.add(NAMES_FILE);
    return files;
  }

  private static String advice(boolean folder) {
    return folder
        ? "unpack cifar-10-binary.tar.gz there again"
        : "delete it and download cifar-10-binary.tar.gz again";
  }

  private static String oneLine(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().replaceAll("\\s+", " ");
  }
}
