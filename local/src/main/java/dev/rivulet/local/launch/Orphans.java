package dev.rivulet.local.launch;

import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The processes of a launcher that was killed: they end by themselves, within seconds. */
final class Orphans {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Orphans() {}

  /** Waits until the last owner's processes have ended, and ends by force those that linger. */
  static void await(DataFolder folder, Consumer<String> notices) throws InterruptedException {
    List<ProcessHandle> orphans = living(folder);
    if (orphans.isEmpty()) {
      return;
    }
    notices.accept("waiting for the processes of an interrupted session to end");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!orphans.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE.toMillis());
      orphans = living(folder);
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  private static List<ProcessHandle> living(DataFolder folder) {
    return RunningInstance.lastWritten(folder).stream()
        .flatMap(instance -> instance.children().stream())
        .flatMap(child -> child.handle().stream())
        .toList();
  }
}
