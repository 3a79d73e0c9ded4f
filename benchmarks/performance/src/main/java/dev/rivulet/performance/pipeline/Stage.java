package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Health;
import dev.rivulet.chaos.Pipeline;
import dev.rivulet.performance.measure.TrialFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The broker and the services as real processes on a folder of their own, which goes with them. */
public final class Stage implements AutoCloseable {
  private static final int READY = 200;
  private static final long LOOK_UP_MILLIS = 20;

  private final Pipeline pipeline;
  private final Path folder;
  private final Health health = new Health();

  private Stage(Pipeline pipeline, Path folder) {
    this.pipeline = pipeline;
    this.folder = folder;
  }

  /**
   * Starts nothing yet.
   *
   * @param work where its folder is made
   * @param environment of all services
   */
  public static Stage open(Path work, Map<String, String> environment) throws IOException {
    Path folder = Files.createTempDirectory(work, "pipeline");
    return new Stage(new Pipeline(folder, environment), folder);
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  /**
   * Waits until a service says that it is ready.
   *
   * @throws TrialFailedException if it ends, or is not ready in time
   */
  public void awaitReady(String service, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (health.readiness(pipeline.url(service)) != READY) {
      requireAlive(service);
      if (System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "%s is not ready after %d s: %s"
                .formatted(service, patience.toSeconds(), lastLines(service)));
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  /**
   * @throws TrialFailedException if one of the processes has ended
   */
  public void requireAlive() {
    pipeline.names().forEach(this::requireAlive);
  }

  private void requireAlive(String name) {
    if (!pipeline.runs(name)) {
      throw new TrialFailedException(name + " has ended: " + lastLines(name));
    }
  }

  private String lastLines(String name) {
    try {
      List<String> lines = Files.readAllLines(pipeline.log(name));
      return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() throws InterruptedException, IOException {
    pipeline.close();
    delete(folder);
  }

  /** With all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
