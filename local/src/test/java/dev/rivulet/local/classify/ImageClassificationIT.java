package dev.rivulet.local.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.local.broker.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageClassificationIT {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static TestBroker broker;
  private static KafkaConnection kafka;

  @TempDir Path folder;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = TestBroker.start();
    kafka = broker.connection();
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(TOPICS.imagesSpec(), TOPICS.predictionsSpec(), TOPICS.imagesRejectedSpec()));
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void findsTheOutcomeOfEachFile() throws Exception {
    List<Path> files = List.of(file("cat.png", 1), file("broken.png", 2), file("late.png", 3));
    List<ImageOutcome> arrivals = new ArrayList<>();
    List<ImageOutcome> outcomes;
    try (FakeInference inference = new FakeInference()) {
      outcomes =
          new ImageClassification(kafka, TOPICS)
              .classify(files, Duration.ofSeconds(5), arrivals::add);
    }

    assertThat(outcomes)
        .extracting(ImageOutcome::file)
        .containsExactlyElementsOf(files.stream().map(Path::toString).toList());
    assertThat(outcomes.get(0).line()).endsWith("cat.png: cat 75.0% (run r, epoch 4)");
    assertThat(outcomes.get(1).line()).endsWith("broken.png: rejected: cut off");
    assertThat(outcomes.get(2).line()).endsWith("late.png: no outcome in time");
    assertThat(arrivals).containsExactlyInAnyOrder(outcomes.get(0), outcomes.get(1));
  }

  @Test
  void classifiesMoreThanMayBeUnderWayAtOnce() throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] large = new byte[6 << 20];
      large[0] = 1;
      files.add(Files.write(folder.resolve("large-%d.bmp".formatted(i)), large));
    }
    try (FakeInference inference = new FakeInference()) {
      assertThat(
              new ImageClassification(kafka, TOPICS)
                  .classify(files, Duration.ofSeconds(30), arrival -> {}))
          .hasSize(4)
          .allMatch(outcome -> outcome.line().contains("cat 75.0%"));
    }
  }

  private Path file(String name, int content) throws Exception {
    return Files.write(folder.resolve(name), new byte[] {(byte) content});
  }

  /** Predicts what begins with 1, rejects what begins with 2, and leaves the rest waiting. */
  private static final class FakeInference implements AutoCloseable {
    private final Thread thread = new Thread(this::run, "fake-inference");
    private final TopicReader images = TopicReader.fromEnd(kafka, TOPICS.images());
    private volatile boolean closing;

    FakeInference() {
      thread.start();
    }

    private void run() {
      try (KafkaProducer<String, byte[]> producer = kafka.transactionalProducer("fake-inference")) {
        producer.initTransactions();
        while (!closing) {
          images.poll(Duration.ofMillis(100)).forEach(image -> answer(producer, image));
        }
      } finally {
        images.close();
      }
    }

    private static void answer(
        KafkaProducer<String, byte[]> producer, ConsumerRecord<String, byte[]> image) {
      producer.beginTransaction();
      if (image.value()[0] == 1) {
        producer.send(
            new ProducerRecord<>(
                TOPICS.predictions(), image.key(), EventJson.write(prediction(image.key()))));
      } else if (image.value()[0] == 2) {
        ProducerRecord<String, byte[]> rejection =
            new ProducerRecord<>(TOPICS.imagesRejected(), image.key(), image.value());
        Headers.put(rejection.headers(), Headers.ERROR, "cut off");
        producer.send(rejection);
      }
      producer.commitTransaction();
    }

    private static Prediction prediction(String id) {
      return new Prediction(
          id,
          "cat",
          0.75,
          Map.of("cat", 0.75, "dog", 0.25),
          new Prediction.Model("r", 4, "shapes", 0.9, "abc"),
          Optional.empty(),
          Instant.EPOCH,
          Instant.EPOCH,
          1);
    }

    @Override
    public void close() throws InterruptedException {
      closing = true;
      thread.join();
    }
  }
}
