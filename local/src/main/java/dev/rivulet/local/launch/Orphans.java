package dev.rivulet.local.launch;

import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The processes of a launcher that was killed: they end by themselves, within seconds. */
public final class Orphans {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Orphans() {}

  /**
   * Waits until the last owner's processes have ended, and ends by force those that linger. Their
   * ports are free then.
   *
   * @param notices is told if there are any
   */
  public static void await(DataFolder folder, Consumer<String> notices)
      throws InterruptedException {
    List<ProcessHandle> orphans = living(folder);
    // a launcher that was killed while its broker started has not written down any process
    boolean brokerHasLog = brokerHasLog(folder);
    if (orphans.isEmpty() && !brokerHasLog) {
      return;
    }
    notices.accept("waiting for the processes of an interrupted session to end");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while ((!orphans.isEmpty() || brokerHasLog) && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE.toMillis());
      orphans = living(folder);
      brokerHasLog = brokerHasLog(folder);
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  private static List<ProcessHandle> living(DataFolder folder) {
    return RunningInstance.lastWritten(folder).stream()
        .flatMap(instance -> instance.children().stream())
        .flatMap(child -> child.handle().stream())
        .toList();
  }

  /** Kafka's broker locks its folder for as long as it runs. */
  private static boolean brokerHasLog(DataFolder folder) {
    Path file = folder.kafka().resolve(".lock");
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (IOException e) {
      throw new CommandFailedException(
          "the broker's folder %s cannot be used (%s); choose another with --data DIR"
              .formatted(folder.kafka(), e),
          e);
    }
  }
}
