package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.ingest.dataset.CifarDownload;
import dev.rivulet.ingest.dataset.Datasets;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;

/** An ingest as the service builds it, but in this process. */
final class TestIngest implements AutoCloseable {
  private final AtomicBoolean closing = new AtomicBoolean();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final Admin admin;
  private final IngestLoop loop;
  private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

  /**
   * Starts it.
   *
   * @param downloads where downloaded data sets would be
   */
  TestIngest(IngestSurroundings surroundings, Path downloads, int windowImages) {
    admin = surroundings.kafka().admin();
    CifarDownload nowhere = new CifarDownload(URI.create("http://127.0.0.1:9/none"));
    loop =
        new IngestLoop(
            new IngestEnvironment(
                surroundings.kafka(),
                surroundings.topics(),
                admin,
                new Datasets(downloads, nowhere),
                new IngestMetrics(registry),
                windowImages,
                workers,
                closing::get));
    loop.start((thread, why) -> deaths.add(thread.getName() + ": " + why));
  }

  /** Waits until there is trouble with Kafka. */
  String awaitTrouble() throws InterruptedException {
    while (loop.trouble().isEmpty()) {
      Thread.sleep(20);
    }
    return loop.trouble().orElseThrow();
  }

  /** Waits until the trouble is over. */
  void awaitNoTrouble() throws InterruptedException {
    while (loop.trouble().isPresent()) {
      Thread.sleep(20);
    }
  }

  int batches() {
    return (int) registry.counter("rivulet.batches.published").count();
  }

  /** How far ahead of the trainer it may be, in records. */
  long windowRecords() {
    return (long) registry.get("rivulet.window.records").gauge().value();
  }

  @Override
  public void close() throws InterruptedException {
    closing.set(true);
    loop.close();
    admin.close();
    workers.shutdownNow();
    assertThat(deaths).isEmpty();
  }
}
