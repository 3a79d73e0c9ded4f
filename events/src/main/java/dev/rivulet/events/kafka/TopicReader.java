package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a whole topic outside of any group: first what is there, then what comes.
 *
 * <p>Only committed records are seen. Not thread-safe, but for {@link #wakeup}.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

  private TopicReader(KafkaConnection kafka, String topic) {
    this.consumer = kafka.consumer(Map.of());
    try {
      this.partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new KafkaException("topic " + topic + " does not exist");
      }
      consumer.assign(partitions);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** A reader that starts at the oldest record. */
  public static TopicReader fromBeginning(KafkaConnection kafka, String topic) {
    TopicReader reader = new TopicReader(kafka, topic);
    reader.consumer.seekToBeginning(reader.partitions);
    return reader;
  }

  /** A reader of what comes from now on. */
  public static TopicReader fromEnd(KafkaConnection kafka, String topic) {
    TopicReader reader = new TopicReader(kafka, topic);
    reader.consumer.seekToEnd(reader.partitions);
    // seeking is lazy; a record that comes after this call must not be missed
    reader.partitions.forEach(reader.consumer::position);
    return reader;
  }

  /** Hands every record up to the present end to {@code handler}, in order per partition. */
  public void readToEnd(Consumer<ConsumerRecord<String, byte[]>> handler) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(POLL).forEach(handler);
    }
  }

  /** The records that came since the last call, waiting for the first one up to {@code timeout}. */
  public ConsumerRecords<String, byte[]> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /** Whether everything has been read that the last answer of the broker knew of. */
  public boolean atEnd() {
    return partitions.stream().allMatch(p -> consumer.currentLag(p).orElse(Long.MAX_VALUE) == 0);
  }

  /** Ends a poll that another thread waits in: it throws a {@code WakeupException}. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
