package dev.rivulet.performance.pipeline;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.performance.measure.TrialFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;

/**
 * What Kafka alone needs for one outcome per image: the shortest program that consumes and produces
 * in transactions. It looks at no image, but copies each event to another topic; its clients have
 * the settings of Rivulet's.
 */
public final class CopiedImages implements AutoCloseable {
  private static final String NAME = "copying-images";
  private static final Topics TOPICS = Topics.named(role -> "copied-" + role);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final FutureTask<Void> work = new FutureTask<>(this::copy, null);
  private final ImageTraffic traffic;

  private CopiedImages(KafkaConnection kafka, List<byte[]> pictures) {
    consumer = kafka.consumerOfAnyKeys(Map.of(ConsumerConfig.GROUP_ID_CONFIG, NAME));
    producer = kafka.transactionalProducerOfAnyKeys(NAME);
    traffic = new ImageTraffic(kafka, TOPICS, pictures);
  }

  static CopiedImages start(KafkaConnection kafka, List<byte[]> pictures)
      throws InterruptedException {
    try (Admin admin = kafka.impatientAdmin()) {
      new TopicCreation(admin).ensure(List.of(TOPICS.imagesSpec(), TOPICS.predictionsSpec()));
    }
    CopiedImages copied = new CopiedImages(kafka, pictures);
    new Thread(copied.work, NAME).start();
    return copied;
  }

  public ImageTraffic traffic() {
    return traffic;
  }

  private void copy() {
    try {
      producer.initTransactions();
      consumer.subscribe(List.of(TOPICS.images()));
      while (true) {
        ConsumerRecords<byte[], byte[]> images = consumer.poll(POLL);
        if (!images.isEmpty()) {
          copy(images);
        }
      }
    } catch (WakeupException e) {
      // close asked for it
    }
  }

  private void copy(ConsumerRecords<byte[], byte[]> images) {
    producer.beginTransaction();
    for (ConsumerRecord<byte[], byte[]> image : images) {
      // a failed send fails the commit
      producer.send(new ProducerRecord<>(TOPICS.predictions(), image.key(), image.value()));
    }
    producer.sendOffsetsToTransaction(images.nextOffsets(), consumer.groupMetadata());
    producer.commitTransaction();
  }

  /**
   * @throws TrialFailedException if copying had ended before
   */
  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    try {
      work.get();
    } catch (ExecutionException e) {
      throw new TrialFailedException("images are not copied: " + e.getCause().getMessage(), e);
    } finally {
      traffic.close();
      producer.close();
      consumer.close();
    }
  }
}
