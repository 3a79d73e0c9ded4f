package dev.rivulet.events.checkpoint;

import dev.rivulet.events.kafka.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads single checkpoints by their offset, so that nobody keeps the weights of all. */
public final class CheckpointReader implements AutoCloseable {
  private static final Duration READING = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  // a fetch brings at least one record, however large; more than that one is not wanted
  private static final Map<String, Object> ONE_RECORD =
      Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;

  public CheckpointReader(KafkaConnection kafka, String topic) {
    partition = new TopicPartition(topic, 0);
    consumer = kafka.consumer(ONE_RECORD);
    consumer.assign(List.of(partition));
  }

  /** The checkpoint's bytes; nothing if the broker has dropped them since it was listed. */
  public Optional<byte[]> read(ListedCheckpoint checkpoint) {
    consumer.seek(partition, checkpoint.offset());
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    long deadlineNanos = System.nanoTime() + READING.toNanos();
    while (System.nanoTime() - deadlineNanos < 0) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        boolean found =
            record.offset() == checkpoint.offset() && checkpoint.key().equals(record.key());
        return found ? Optional.ofNullable(record.value()) : Optional.empty();
      }
      if (consumer.position(partition) >= end) {
        return Optional.empty();
      }
    }
    throw new TimeoutException(
        "checkpoint %s was not read within %d s".formatted(checkpoint.key(), READING.toSeconds()));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }
}
