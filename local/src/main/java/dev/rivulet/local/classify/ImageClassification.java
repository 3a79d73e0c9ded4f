package dev.rivulet.local.classify;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.local.CommandFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Publishes image files as events and waits for what the inference service makes of them. */
public final class ImageClassification {
  private static final Duration POLL = Duration.ofMillis(100);

  // the producer would keep more than the heap of a command has room for
  private static final long MOST_BYTES_UNDER_WAY = 16 << 20;

  private final KafkaConnection kafka;
  private final Topics topics;

  public ImageClassification(KafkaConnection kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Classifies the files.
   *
   * @param timeout from the publication of the last one
   * @param arrivals is told each outcome when it comes
   * @return one outcome per file, in their order; of those that did not come in time too
   */
  public List<ImageOutcome> classify(
      List<Path> files, Duration timeout, Consumer<ImageOutcome> arrivals)
      throws InterruptedException {
    createTopics();
    Map<String, Path> waiting = new LinkedHashMap<>();
    for (Path file : files) {
      waiting.put(file.getFileName() + "-" + UUID.randomUUID(), file);
    }
    Map<String, Path> all = new LinkedHashMap<>(waiting);
    Map<String, ImageOutcome> outcomes = new LinkedHashMap<>();
    try (TopicReader predictions = TopicReader.fromEnd(kafka, topics.predictions());
        TopicReader rejections = TopicReader.fromEnd(kafka, topics.imagesRejected())) {
      publish(waiting);
      long deadline = System.nanoTime() + timeout.toNanos();
      while (!waiting.isEmpty() && System.nanoTime() < deadline) {
        predictions.poll(POLL).forEach(r -> take(r, waiting, outcomes, arrivals, this::predicted));
        rejections.poll(POLL).forEach(r -> take(r, waiting, outcomes, arrivals, this::rejected));
      }
    }
    return all.entrySet().stream()
        .map(sent -> outcomes.getOrDefault(sent.getKey(), ImageOutcome.none(sent.getValue())))
        .toList();
  }

  private void createTopics() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(topics.imagesSpec(), topics.predictionsSpec(), topics.imagesRejectedSpec()));
    }
  }

  private void publish(Map<String, Path> images) throws InterruptedException {
    List<Future<RecordMetadata>> sends = new ArrayList<>();
    long underWay = 0;
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      for (Map.Entry<String, Path> image : images.entrySet()) {
        byte[] encoded = ImageFiles.read(image.getValue());
        if (underWay + encoded.length > MOST_BYTES_UNDER_WAY) {
          awaitAcknowledged(sends);
          underWay = 0;
        }
        sends.add(producer.send(new ProducerRecord<>(topics.images(), image.getKey(), encoded)));
        underWay += encoded.length;
      }
      awaitAcknowledged(sends);
    } catch (ExecutionException e) {
      throw new CommandFailedException(
          "an image could not be published to %s: %s"
              .formatted(topics.images(), e.getCause().getMessage()),
          e);
    }
  }

  private static void awaitAcknowledged(List<Future<RecordMetadata>> sends)
      throws ExecutionException, InterruptedException {
    for (Future<RecordMetadata> send : sends) {
      send.get();
    }
    sends.clear();
  }

  /** Makes an outcome of a record. */
  private interface Reading {
    ImageOutcome of(Path file, ConsumerRecord<String, byte[]> record);
  }

  private static void take(
      ConsumerRecord<String, byte[]> record,
      Map<String, Path> waiting,
      Map<String, ImageOutcome> outcomes,
      Consumer<ImageOutcome> arrivals,
      Reading reading) {
    if (record.key() == null) {
      return;
    }
    Path file = waiting.remove(record.key());
    if (file != null) {
      ImageOutcome outcome = reading.of(file, record);
      outcomes.put(record.key(), outcome);
      arrivals.accept(outcome);
    }
  }

  private ImageOutcome predicted(Path file, ConsumerRecord<String, byte[]> record) {
    return ImageOutcome.predicted(file, EventJson.read(record.value(), Prediction.class));
  }

  private ImageOutcome rejected(Path file, ConsumerRecord<String, byte[]> record) {
    return ImageOutcome.rejected(file, Headers.text(record.headers(), Headers.ERROR));
  }
}
