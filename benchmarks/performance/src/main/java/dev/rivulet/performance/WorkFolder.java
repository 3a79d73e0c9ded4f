package dev.rivulet.performance;

import dev.rivulet.performance.pipeline.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where benchmarks write; gone at the end, as their processes are, also after Ctrl-C. */
final class WorkFolder {
  private static final int ATTEMPTS = 20;

  private WorkFolder() {}

  /** A new folder. */
  static Path create() throws IOException {
    Path work = Files.createTempDirectory("rivulet-benchmarks");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(work), "clean-up"));
    return work;
  }

  private static void cleanUp(Path work) {
    List<ProcessHandle> left = ProcessHandle.current().descendants().toList();
    left.forEach(ProcessHandle::destroyForcibly);
    left.forEach(process -> process.onExit().join());
    for (int attempt = 1; Files.exists(work); attempt++) {
      try {
        Stage.delete(work);
      } catch (IOException | UncheckedIOException e) {
        // after Ctrl-C the benchmark itself is still at it, and deletes too
        if (attempt == ATTEMPTS) {
          System.err.println("benchmarks/run: %s remains (%s); delete it".formatted(work, e));
          return;
        }
      }
    }
  }
}
