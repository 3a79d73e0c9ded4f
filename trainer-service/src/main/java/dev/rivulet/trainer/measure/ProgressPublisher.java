package dev.rivulet.trainer.measure;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.RunProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Tells how the run stands on {@code training-progress}, once a second at most.
 *
 * <p>It looks at what the training has measured, from a thread and with a producer of its own, so
 * that no trouble of it reaches the training: progress that cannot be published is left out.
 */
public final class ProgressPublisher implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ProgressPublisher.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final String topic;
  private final Supplier<Optional<RunProgress>> latest;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "progress");
  private volatile boolean failing;
  private RunProgress published;

  /**
   * @param latest how the run stands now, if one has begun; asked from another thread
   */
  public ProgressPublisher(
      KafkaConnection kafka, String topic, Supplier<Optional<RunProgress>> latest) {
    this.kafka = kafka;
    this.topic = topic;
    this.latest = latest;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
  }

  private void run() {
    try (KafkaProducer<String, byte[]> producer = kafka.bestEffortProducer()) {
      while (!closing.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        latest.get().filter(now -> now != published).ifPresent(now -> publish(producer, now));
      }
      producer.close(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      LOG.warnf("progress is not published: %s", e.getMessage());
    }
  }

  private void publish(KafkaProducer<String, byte[]> producer, RunProgress now) {
    published = now;
    try {
      producer.send(
          new ProducerRecord<>(topic, now.run(), EventJson.write(now)),
          (sent, failure) -> told(failure));
    } catch (KafkaException e) {
      told(e);
    }
  }

  /** Says once that it has begun to fail; the broker's absence has its own messages elsewhere. */
  private void told(Exception failure) {
    if (failure != null && !failing) {
      LOG.warnf("progress cannot be published for now: %s", failure.getMessage());
    }
    failing = failure != null;
  }
}
