package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDatasetTest {
  private final Map<String, byte[]> files = CifarFiles.contents();

  @TempDir private Path folder;

  private static Dataset read(Path source) {
    return CifarDataset.read(source, CifarFiles.RECORDS);
  }

  private void assertRefused(Path source, String... parts) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  private Path archive(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("cifar.tar.gz"), bytes);
  }

  @Test
  void interleavesThePlanesOfEveryImage() throws IOException {
    Dataset dataset = read(CifarFiles.unpacked(folder, files));
    assertThat(dataset.name()).isEqualTo("cifar10");
    assertThat(dataset.classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
    assertThat(dataset.train().size()).isEqualTo(5 * CifarFiles.RECORDS);
    assertThat(dataset.validation().size()).isEqualTo(CifarFiles.RECORDS);
    byte[] third = files.get("data_batch_3.bin");
    int image = 2 * CifarFiles.RECORDS + 7;
    int record = 7 * CifarFiles.RECORD_BYTES;
    byte[] pixels = dataset.train().range(image, image + 1).images();
    assertThat(dataset.train().label(image)).isEqualTo(third[record]);
    for (int i = 0; i < 1_024; i++) {
      assertThat(pixels[3 * i]).isEqualTo(third[record + 1 + i]);
      assertThat(pixels[3 * i + 1]).isEqualTo(third[record + 1_025 + i]);
      assertThat(pixels[3 * i + 2]).isEqualTo(third[record + 2_049 + i]);
    }
  }

  @Test
  void readsFolderParentAndArchiveAlike() throws IOException {
    Path inner = CifarFiles.unpacked(folder, files);
    Path archive = archive(CifarFiles.archive("cifar-10-batches-bin/", files));
    assertThat(read(folder).id()).isEqualTo(read(inner).id()).isEqualTo(read(archive).id());
  }

  @Test
  void changesItsIdWithOnePixel() throws IOException {
    String id = read(CifarFiles.unpacked(folder, files)).id();
    files.get("test_batch.bin")[99]++;
    assertThat(read(CifarFiles.unpacked(folder, files)).id()).isNotEqualTo(id);
  }

  @Test
  void writesNothingWhateverTheArchivesNamesAre() throws IOException {
    Path archive = archive(CifarFiles.archive("../../", files));
    read(archive);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(archive);
    }
  }

  @Test
  void namesAMissingFile() throws IOException {
    files.remove("data_batch_4.bin");
    assertRefused(CifarFiles.unpacked(folder, files), "it lacks data_batch_4.bin", "unpack");
    assertRefused(archive(CifarFiles.archive("", files)), "lacks data_batch_4.bin", "download");
  }

  @Test
  void namesAShortFile() throws IOException {
    byte[] whole = files.get("data_batch_2.bin");
    files.put("data_batch_2.bin", Arrays.copyOf(whole, whole.length - 1));
    assertRefused(
        CifarFiles.unpacked(folder, files), "data_batch_2.bin has 61459 bytes, not 61460");
  }

  @Test
  void refusesALabelOutsideTheClasses() throws IOException {
    files.get("test_batch.bin")[CifarFiles.RECORD_BYTES] = 10;
    assertRefused(CifarFiles.unpacked(folder, files), "record 1 of test_batch.bin has label 10");
  }

  @Test
  void refusesNamesThatAreNotTen() throws IOException {
    files.put("batches.meta.txt", "cat\ndog\n".getBytes(StandardCharsets.UTF_8));
    assertRefused(CifarFiles.unpacked(folder, files), "batches.meta.txt has 2 names");
  }

  @Test
  void refusesACutOrDamagedArchive() throws IOException {
    byte[] whole = CifarFiles.archive("cifar-10-batches-bin/", files);
    assertRefused(archive(Arrays.copyOf(whole, whole.length / 2)), "cannot be read", "again");
    whole[whole.length / 2] ^= 1;
    assertRefused(archive(whole), "again");
    assertRefused(archive(new byte[100]), "cannot be read", "again");
  }
}
