package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes images again and again, good ones and broken ones, on a thread of its own. */
final class ImageStream implements AutoCloseable {
  private static final int DIFFERENT = 40;
  private static final int BROKEN_EVERY = 10;
  private static final long PAUSE_MILLIS = 40;

  // made once: the machine is to be busy with other things
  private final List<byte[]> images =
      IntStream.range(0, DIFFERENT)
          .mapToObj(
              i -> i % BROKEN_EVERY == 0 ? TestImages.broken(i / BROKEN_EVERY) : TestImages.good(i))
          .toList();

  private final KafkaProducer<String, byte[]> producer;
  private final Thread thread = new Thread(this::publish, "images");
  private final Queue<Exception> refused = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;
  private int published;

  private ImageStream(KafkaConnection kafka) {
    producer = kafka.producer();
  }

  static ImageStream to(KafkaConnection kafka) {
    ImageStream stream = new ImageStream(kafka);
    stream.thread.start();
    return stream;
  }

  /** Ends it; how many were published, all of them acknowledged. */
  int stop() throws InterruptedException {
    stopping = true;
    thread.join();
    producer.flush();
    assertThat(refused).isEmpty();
    return published;
  }

  private void publish() {
    try {
      while (!stopping) {
        byte[] image = images.get(published % images.size());
        producer.send(
            new ProducerRecord<>(Topics.DEFAULT.images(), "image-" + published, image),
            (sent, failure) -> {
              if (failure != null) {
                refused.add(failure);
              }
            });
        published++;
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
    producer.close();
  }
}
