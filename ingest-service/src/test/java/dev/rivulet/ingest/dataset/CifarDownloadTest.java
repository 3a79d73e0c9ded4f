package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDownloadTest {
  private final byte[] file = new byte[300_000];

  @TempDir private Path folder;
  private FileServer server;
  private String md5;

  @BeforeEach
  void start() throws Exception {
    new Random(5).nextBytes(file);
    md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(file));
    server = new FileServer(file);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path fetch(Progress progress) throws InterruptedException {
    return new CifarDownload(server.uri(), md5, Duration.ofSeconds(5)).fetch(folder, progress);
  }

  private Path part() {
    return folder.resolve(CifarDownload.FILE_NAME + ".part");
  }

  private void leave(byte[] bytes, String entityTag) throws IOException {
    Files.write(part(), bytes);
    Files.writeString(folder.resolve(CifarDownload.FILE_NAME + ".part.etag"), entityTag);
  }

  private void assertFails(String... parts) {
    assertThatThrownBy(() -> fetch(Progress.SILENT))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
    assertThat(folder.resolve(CifarDownload.FILE_NAME)).doesNotExist();
  }

  @Test
  void downloadsOnceAndTellsItsProgress() throws Exception {
    List<Long> done = new ArrayList<>();
    Path archive =
        fetch(
            (bytes, total) -> {
              assertThat(total).isEqualTo(file.length);
              done.add(bytes);
            });
    assertThat(archive).hasBinaryContent(file);
    assertThat(done).isSorted().endsWith((long) file.length);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(archive);
    }
    assertThat(fetch(Progress.SILENT)).isEqualTo(archive);
    assertThat(server.ranges()).hasSize(1);
  }

  @Test
  void continuesWhereAnEarlierDownloadStopped() throws Exception {
    leave(Arrays.copyOf(file, 100_000), "\"one\"");
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
    assertThat(server.ranges()).containsExactly("bytes=100000-");
  }

  @Test
  void startsAfreshWhenTheServersFileHasChanged() throws Exception {
    leave(new byte[100_000], "\"older\"");
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
  }

  @Test
  void startsAfreshWhenTheServerKnowsNoRanges() throws Exception {
    server.honoursRanges = false;
    leave(Arrays.copyOf(file, 100_000), "\"one\"");
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
  }

  @Test
  void acceptsAPartThatIsAlreadyWhole() throws Exception {
    leave(file, "\"one\"");
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
  }

  @Test
  void startsAfreshWhenThePartIsTooLong() throws Exception {
    leave(new byte[400_000], "\"one\"");
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
  }

  @Test
  void continuesByItselfAfterACutConnection() throws Exception {
    server.cutAfterBytes = 120_000;
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
    assertThat(server.ranges()).hasSize(3).startsWith("none");
  }

  @Test
  void keepsWhatArrivedWhenTheConnectionIsCutAgainAndAgain() throws Exception {
    server.cutAfterBytes = 50_000;
    assertFails("connection broke", "try again");
    assertThat(Files.size(part())).isBetween(1L, 200_000L);
    server.cutAfterBytes = Integer.MAX_VALUE;
    assertThat(fetch(Progress.SILENT)).hasBinaryContent(file);
  }

  @Test
  void givesUpOnAServerThatFallsSilent() {
    server.stallAfterBytes = 10;
    Duration patience = Duration.ofMillis(200);
    assertThatThrownBy(
            () -> new CifarDownload(server.uri(), md5, patience).fetch(folder, Progress.SILENT))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no data for");
  }

  @Test
  void discardsAFileWithAWrongChecksum() {
    md5 = "0".repeat(32);
    assertFails("checksum", "discarded");
    assertThat(part()).isEmptyFile();
  }

  @Test
  void saysWhatTheServerAnswered() {
    server.status = 404;
    assertFails("status 404", "shapes");
    assertThat(server.ranges()).as("asked once").hasSize(1);
  }

  @Test
  void triesAgainWhenTheServerIsInTrouble() {
    server.status = 503;
    assertFails("status 503");
    assertThat(server.ranges()).hasSize(4);
  }

  @Test
  void saysThatTheServerCannotBeReached() {
    URI nobody = server.uri();
    server.close();
    assertThatThrownBy(() -> new CifarDownload(nobody).fetch(folder, Progress.SILENT))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void refusesAFileLargerThanTheDisk() {
    server.announcedBytes = Long.MAX_VALUE / 2;
    server.stallAfterBytes = 10;
    assertFails("MB are needed on the disk");
  }

  @Test
  void refusesToDownloadTwiceAtOnce() throws Exception {
    try (PartialFile other = PartialFile.of(folder.resolve(CifarDownload.FILE_NAME))) {
      assertThat(other.size()).isZero();
      assertFails("another process");
    }
  }
}
