package dev.rivulet.inference.live;

import dev.rivulet.events.kafka.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Fetches single records by their place; safe to use from any thread, one at a time. */
final class TopicRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private final KafkaConnection kafka;
  private final int fetchBytes;
  private KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param fetchBytes how much to fetch at once; a record that is larger comes alone
   */
  TopicRecords(KafkaConnection kafka, int fetchBytes) {
    this.kafka = kafka;
    this.fetchBytes = fetchBytes;
  }

  /**
   * The record at that place.
   *
   * @return nothing if it has been deleted, is no committed record, or does not come in time
   * @throws UnknownPartitionException if the topic has none such
   */
  synchronized Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long offset) {
    KafkaConsumer<byte[], byte[]> reader = reader();
    if (reader.partitionsFor(partition.topic()).stream()
        .noneMatch(known -> known.partition() == partition.partition())) {
      throw new UnknownPartitionException(partition);
    }
    reader.assign(List.of(partition));
    // waiting for a record that is yet to come would keep everybody else waiting, too
    if (offset >= reader.endOffsets(List.of(partition)).get(partition)) {
      return Optional.empty();
    }
    reader.seek(partition, offset);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() - deadline < 0) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        return Optional.of(record).filter(found -> found.offset() == offset);
      }
      if (reader.position(partition) != offset) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Hands over every record from {@code offset} to the present end, or as many as come in time.
   *
   * @return the offset to go on with
   * @throws KafkaException if the broker does not answer
   */
  synchronized long each(
      TopicPartition partition, long offset, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
    KafkaConsumer<byte[], byte[]> reader = reader();
    reader.assign(List.of(partition));
    reader.seek(partition, offset);
    long end = reader.endOffsets(List.of(partition)).get(partition);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (reader.position(partition) < end && System.nanoTime() - deadline < 0) {
      reader.poll(POLL).forEach(handler);
    }
    return reader.position(partition);
  }

  @Override
  public synchronized void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(CLOSING));
      consumer = null;
    }
  }

  /** Opened with the first question: a service that nobody looks at needs none. */
  private KafkaConsumer<byte[], byte[]> reader() {
    if (consumer == null) {
      consumer =
          kafka.consumerOfAnyKeys(
              Map.of(
                  ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                  fetchBytes,
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "earliest",
                  ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                  (int) LONGEST.toMillis()));
    }
    return consumer;
  }
}
