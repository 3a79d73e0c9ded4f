package dev.rivulet.performance.pipeline;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.performance.measure.TrialFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Publishes images and sees what is made of them come. */
public final class ImageTraffic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_UP = Duration.ofMillis(200);

  private final KafkaProducer<String, byte[]> gathering;
  private final KafkaProducer<String, byte[]> atOnce;
  private final TopicReader predictions;
  private final String images;
  private final List<byte[]> pictures;
  private final Thread reader = new Thread(this::read, "predictions");
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private volatile Passage passage = new Passage(0);

  /** When each image of some was sent and its prediction seen, in nanoseconds. */
  private static final class Passage {
    private final long[] sentNanos;
    private final long[] seenNanos;
    private final CountDownLatch toSee;

    private Passage(int images) {
      toSee = new CountDownLatch(images);
      sentNanos = new long[images];
      seenNanos = new long[images];
    }
  }

  /**
   * @param topics of which it writes {@code images} and reads {@code predictions}
   */
  public ImageTraffic(KafkaConnection kafka, Topics topics, List<byte[]> pictures) {
    images = topics.images();
    this.pictures = pictures;
    gathering = kafka.producer();
    // an event is there when it is sent, not when a batch of them is full
    atOnce =
        new KafkaConnection(
                Map.of(
                    CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                    kafka.bootstrapServers(),
                    ProducerConfig.LINGER_MS_CONFIG,
                    0))
            .producer();
    predictions = TopicReader.fromEnd(kafka, topics.predictions());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Publishes so many as fast as Kafka takes them and returns images per second, to the last
   * prediction.
   */
  public double burst(int images) throws InterruptedException {
    long start = System.nanoTime();
    Passage burst = publish(gathering, images, 0);
    long last = start;
    for (long seen : burst.seenNanos) {
      last = Math.max(last, seen);
    }
    return images / ((last - start) / 1e9);
  }

  /**
   * Publishes at a steady rate.
   *
   * @return from each event to its prediction, in milliseconds
   */
  public List<Double> steady(int images, double perSecond) throws InterruptedException {
    Passage steady = publish(atOnce, images, Math.round(1e9 / perSecond));
    return IntStream.range(0, images)
        .mapToObj(i -> (steady.seenNanos[i] - steady.sentNanos[i]) / 1e6)
        .toList();
  }

  private Passage publish(KafkaProducer<String, byte[]> producer, int count, long pauseNanos)
      throws InterruptedException {
    Passage under = new Passage(count);
    passage = under;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      awaitNanos(start + i * pauseNanos);
      under.sentNanos[i] = System.nanoTime();
      producer.send(
          new ProducerRecord<>(images, String.valueOf(i), pictures.get(i % pictures.size())),
          (sent, problem) -> failure.compareAndSet(null, problem));
    }
    producer.flush();
    awaitPredictions(under);
    return under;
  }

  /** Sleeping is too coarse for some hundred images a second, spinning would take a processor. */
  private static void awaitNanos(long deadline) {
    for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void awaitPredictions(Passage under) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!under.toSee.await(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS)) {
      if (failure.get() != null) {
        throw new TrialFailedException("images do not pass: " + failure.get().getMessage());
      }
      if (System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "%d of %d images without a prediction"
                .formatted(under.toSee.getCount(), under.seenNanos.length));
      }
    }
  }

  private void read() {
    try {
      while (true) {
        for (ConsumerRecord<String, byte[]> prediction : predictions.poll(POLL)) {
          Passage under = passage;
          int image = Integer.parseInt(prediction.key());
          under.seenNanos[image] = System.nanoTime();
          under.toSee.countDown();
        }
      }
    } catch (WakeupException e) {
      // close asked for it
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    gathering.close();
    atOnce.close();
    predictions.wakeup();
    reader.join();
    predictions.close();
  }
}
