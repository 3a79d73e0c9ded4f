package dev.rivulet.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.local.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path root;
  private DataFolder folder;

  @BeforeEach
  void name() {
    folder = new DataFolder(root);
  }

  @Test
  void hasOneOwner() {
    try (FolderLock lock = FolderLock.tryAcquire(folder).orElseThrow()) {
      assertThat(FolderLock.tryAcquire(folder)).isEmpty();
    }
    try (FolderLock next = FolderLock.tryAcquire(folder).orElseThrow()) {
      assertThat(next).isNotNull();
    }
  }

  @Test
  void findsTheOneThatHoldsTheLock() {
    RunningInstance instance = instance(ProcessHandle.current());
    try (FolderLock lock = FolderLock.tryAcquire(folder).orElseThrow()) {
      instance.write(folder);

      assertThat(RunningInstance.find(folder)).contains(instance);
    }
  }

  @Test
  void takesAFileWithoutALockForStale() {
    try (FolderLock lock = FolderLock.tryAcquire(folder).orElseThrow()) {
      instance(ProcessHandle.current()).write(folder);
    }

    assertThat(RunningInstance.find(folder)).isEmpty();
  }

  @Test
  void knowsAProcessFromAnotherOneWithItsId() {
    ProcessHandle self = ProcessHandle.current();
    Instant start = self.info().startInstant().orElseThrow();

    assertThat(new RunningInstance.Child("self", self.pid(), start).handle()).contains(self);
    assertThat(new RunningInstance.Child("self", self.pid(), start.minusSeconds(60)).handle())
        .isEmpty();
  }

  @Test
  void saysThatThereIsTooLittleRoom() {
    folder.requireRoom(1L << 30);

    assertThatThrownBy(() -> folder.requireRoom((1L << 30) - 1))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("1023 MiB are free");
  }

  @Test
  void saysThatTheFolderCannotBeMade() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "not a folder");

    assertThatThrownBy(() -> new DataFolder(file.resolve("data")).prepare())
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("--data DIR");
  }

  private static RunningInstance instance(ProcessHandle process) {
    return new RunningInstance(
        process.pid(),
        Instant.parse("2026-01-31T17:45:02.123Z"),
        "train",
        "127.0.0.1:9092",
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8082",
        "http://127.0.0.1:8081",
        List.of(new RunningInstance.Child("broker", 1, Instant.EPOCH)));
  }
}
