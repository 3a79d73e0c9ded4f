package dev.rivulet.hostile;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes an image twenty times a second and reads which model answers. */
final class ServedImages implements AutoCloseable {
  private static final long PAUSE_MILLIS = 50;
  private static final long LONGEST_SILENCE_MILLIS = 30_000;
  private static final Duration POLL = Duration.ofMillis(200);

  private final ServiceUnderTest service;
  private final String sha256;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private volatile boolean stopping;
  private volatile boolean closed;
  private volatile int published = -1;
  private Future<Integer> sender;
  private Future<int[]> reader;

  private ServedImages(ServiceUnderTest service, String sha256) {
    this.service = service;
    this.sha256 = sha256;
  }

  /**
   * @param sha256 of the weights that every answer must come from
   */
  static ServedImages start(ServiceUnderTest service, String sha256) {
    ServedImages images = new ServedImages(service, sha256);
    TopicReader predictions =
        TopicReader.fromEnd(service.kafka(), ServiceUnderTest.TOPICS.predictions());
    images.reader = images.threads.submit(() -> images.read(predictions));
    images.sender = images.threads.submit((Callable<Integer>) images::send);
    return images;
  }

  /** Ends the stream and holds what came against what was sent; says both. */
  String finish(Outcomes faults) throws Exception {
    stopping = true;
    published = sender.get();
    int[] answers = reader.get();
    faults.require(answers[0] == published, "images without an answer", published - answers[0]);
    faults.require(answers[1] == 0, "answers of another model", answers[1]);
    return "%d images meanwhile, %d answers, %d of them by another model"
        .formatted(published, answers[0], answers[1]);
  }

  /** Ends the stream, finished or not. */
  @Override
  public void close() throws InterruptedException {
    stopping = true;
    closed = true;
    threads.shutdown();
    if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("images are still sent or read");
    }
  }

  private int send() throws Exception {
    HostileInput[] some = NormalImages.small(new Random(1));
    int sent = 0;
    try (KafkaProducer<String, byte[]> producer = service.kafka().producer()) {
      while (!stopping) {
        byte[] image = some[sent % some.length].bytes();
        producer
            .send(new ProducerRecord<>(ServiceUnderTest.TOPICS.images(), "s" + sent++, image))
            .get();
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return sent;
  }

  /** How many answers, and how many of them by another model. */
  private int[] read(TopicReader predictions) {
    int[] answers = new int[2];
    try (predictions) {
      long heard = System.currentTimeMillis();
      while (!closed
          && answers[0] != published
          && (published < 0 || System.currentTimeMillis() - heard < LONGEST_SILENCE_MILLIS)) {
        for (ConsumerRecord<String, byte[]> record : predictions.poll(POLL)) {
          answers[0]++;
          Prediction prediction = EventJson.read(record.value(), Prediction.class);
          answers[1] += prediction.model().sha256().equals(sha256) ? 0 : 1;
          heard = System.currentTimeMillis();
        }
      }
    }
    return answers;
  }
}
