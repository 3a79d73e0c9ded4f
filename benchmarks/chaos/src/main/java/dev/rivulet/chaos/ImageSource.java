package dev.rivulet.chaos;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes numbered images at a steady rate, on a thread of its own. */
final class ImageSource implements AutoCloseable {
  private static final int BURSTS_PER_SECOND = 20;
  private static final int PATIENCE_MILLIS = 600_000;

  private final KafkaProducer<String, byte[]> producer;
  private final Pictures pictures = new Pictures();
  private final int count;
  private final int perSecond;
  private final Thread thread = new Thread(this::publish, "images");
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private volatile int published;
  private volatile boolean stopping;

  private ImageSource(KafkaConnection kafka, int count, int perSecond) {
    this.producer = patient(kafka).producer();
    this.count = count;
    this.perSecond = perSecond;
  }

  /** The usual minute is not enough for a publisher that sees the broker go for as long. */
  private static KafkaConnection patient(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.settings());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    return new KafkaConnection(settings);
  }

  /**
   * @param count how many at most
   */
  static ImageSource start(KafkaConnection kafka, int count, int perSecond) {
    ImageSource source = new ImageSource(kafka, count, perSecond);
    source.thread.start();
    return source;
  }

  static String key(int number) {
    return "image-" + number;
  }

  int published() {
    return published;
  }

  private void publish() {
    int burst = Math.max(1, perSecond / BURSTS_PER_SECOND);
    try {
      while (published < count && !stopping) {
        for (int i = 0; i < burst && published < count; i++) {
          producer.send(
              new ProducerRecord<>(
                  Topics.DEFAULT.images(), key(published), pictures.picture(published)),
              (sent, problem) -> {
                if (problem != null) {
                  failure.set(problem);
                }
              });
          published++;
        }
        Thread.sleep(1_000L * burst / perSecond);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops early; how many were published. */
  int stop() throws InterruptedException {
    stopping = true;
    return await();
  }

  /**
   * Waits until all are published and acknowledged.
   *
   * @return how many
   * @throws IllegalStateException if one could not be published, which is no fault of the services
   */
  int await() throws InterruptedException {
    thread.join();
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException("an image could not be published", failure.get());
    }
    return published;
  }

  @Override
  public void close() throws InterruptedException {
    stop();
    producer.close();
  }
}
