package dev.rivulet.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The meters of ingest, all named {@code rivulet_…}. */
public final class IngestMetrics {
  private final MeterRegistry registry;
  private final Counter images;
  private final Counter batches;
  private final Timer transactions;
  private final Counter failures;
  private volatile long loadDone;
  private volatile long loadTotal;
  private volatile long windowUsedRecords;
  private volatile long windowRecords;

  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
    images = counter(registry, "rivulet.images.published", "Training images published");
    batches = counter(registry, "rivulet.batches.published", "Training batches published");
    failures =
        counter(registry, "rivulet.publish.failures", "Transactions that failed and were repeated");
    transactions =
        Timer.builder("rivulet.publish.transaction")
            .description("From the first send of a transaction to its commit")
            .register(registry);
    Gauge.builder("rivulet.dataset.load.done", this, m -> m.loadDone)
        .description("Bytes downloaded, or images read, of the data set being loaded")
        .register(registry);
    Gauge.builder("rivulet.dataset.load.expected", this, m -> m.loadTotal)
        .description("Bytes, or images, of the data set being loaded; -1 if unknown")
        .register(registry);
    Gauge.builder("rivulet.window.used.records", this, m -> m.windowUsedRecords)
        .description("Records the trainer has not consumed yet")
        .register(registry);
    Gauge.builder("rivulet.window.records", this, m -> m.windowRecords)
        .description("Records that may wait for the trainer")
        .register(registry);
  }

  /** Watches whether Kafka answers. */
  public void watchBroker(BooleanSupplier reachable) {
    Gauge.builder("rivulet.broker.reachable", () -> reachable.getAsBoolean() ? 1 : 0)
        .description("1 while Kafka answers this service, else 0")
        .register(registry);
  }

  void published(int newBatches, int newImages, Duration took) {
    batches.increment(newBatches);
    images.increment(newImages);
    transactions.record(took);
  }

  void window(long usedRecords, long records) {
    windowUsedRecords = usedRecords;
    windowRecords = records;
  }

  /** How far loading a data set has come. */
  void loading(long done, long total) {
    loadDone = done;
    loadTotal = total;
  }

  void failed() {
    failures.increment();
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
