package dev.rivulet.ingest.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Files in CIFAR-10's official format with few random records each, for tests. */
final class CifarFiles {
  static final int RECORDS = 20;
  static final int RECORD_BYTES = 3_073;

  private CifarFiles() {}

  /** Names and contents of the seven files. */
  static Map<String, byte[]> contents() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Random random = new Random(3);
    for (String name :
        new String[] {
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin"
        }) {
      byte[] records = new byte[RECORDS * RECORD_BYTES];
      random.nextBytes(records);
      for (int i = 0; i < RECORDS; i++) {
        records[i * RECORD_BYTES] = (byte) (i % 10);
      }
      files.put(name, records);
    }
    String names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
    files.put("batches.meta.txt", names.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  static Path unpacked(Path parent, Map<String, byte[]> files) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("cifar-10-batches-bin"));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  /** A tar.gz whose entries have a prefix before their names. */
  static byte[] archive(String prefix, Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(prefix + file.getKey(), true);
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
