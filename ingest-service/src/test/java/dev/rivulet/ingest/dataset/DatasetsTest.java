package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir private Path folder;

  private FileServer server;
  private Datasets datasets;

  @BeforeEach
  void start() throws IOException {
    server = new FileServer(new byte[100]);
    datasets =
        new Datasets(
            folder.resolve("data"),
            new CifarDownload(server.uri(), "0".repeat(32), Duration.ofSeconds(5)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertRefused(String wanted, String... parts) {
    assertThatThrownBy(() -> datasets.load(wanted, Progress.SILENT))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void fallsBackToShapesWithTheReasonWhenCifarCannotBeHad() throws InterruptedException {
    server.status = 404;
    LoadedDataset loaded = datasets.load("auto", Progress.SILENT);
    assertThat(loaded.dataset().name()).isEqualTo("shapes");
    assertThat(loaded.source()).isEqualTo("shapes");
    assertThat(loaded.warning().orElseThrow()).contains("shapes", "CIFAR-10", "status 404");
  }

  @Test
  void doesNotFallBackWhenCifarWasAskedFor() {
    server.status = 404;
    assertRefused("cifar10", "status 404");
  }

  @Test
  void takesTheCifarThatIsInTheDataFolderWithoutAskingTheServer() throws IOException {
    CifarFiles.unpacked(folder.resolve("data"), CifarFiles.contents());
    // it is too small for the real one, which proves that it was read
    assertRefused("cifar10", "data_batch_1.bin has 61460 bytes, not 30730000");
    assertThat(server.ranges()).isEmpty();
  }

  @Test
  void readsThePathOfAFolder() throws Exception {
    Path pets = folder.resolve("pets");
    for (String name : new String[] {"cat", "dog"}) {
      Files.createDirectories(pets.resolve(name));
      for (int i = 0; i < 2; i++) {
        Files.write(pets.resolve(name).resolve(i + ".bmp"), bitmap());
      }
    }
    LoadedDataset loaded = datasets.load(pets.toString(), Progress.SILENT);
    assertThat(loaded.dataset().name()).isEqualTo("pets");
    assertThat(loaded.source()).isEqualTo(pets.toAbsolutePath().toString());
  }

  /** One white pixel. */
  private static byte[] bitmap() {
    byte[] bytes = new byte[58];
    bytes[0] = 'B';
    bytes[1] = 'M';
    bytes[2] = 58;
    bytes[10] = 54;
    bytes[14] = 40;
    bytes[18] = 1;
    bytes[22] = 1;
    bytes[26] = 1;
    bytes[28] = 24;
    bytes[54] = bytes[55] = bytes[56] = -1;
    return bytes;
  }

  @Test
  void readsThePathOfAnArchive() throws IOException {
    Path archive =
        Files.write(folder.resolve("cifar.tgz"), CifarFiles.archive("x/", CifarFiles.contents()));
    assertRefused(archive.toString(), "data_batch_1.bin has 61460 bytes");
  }

  @Test
  void saysWhatIsWrongWithAPath() throws IOException {
    assertRefused("cifar100", "cifar100 is neither auto, cifar10 or shapes nor an existing path");
    assertRefused("a\0b", "can be no path here", "check the spelling");
    Path text = Files.writeString(folder.resolve("notes.txt"), "x");
    assertRefused(text.toString(), "no folder, zip or CIFAR-10 tar.gz");
    Path zip = Files.writeString(folder.resolve("broken.zip"), "x");
    assertRefused(zip.toString(), "broken.zip cannot be read", "whole");
  }
}
