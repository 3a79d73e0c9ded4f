package dev.rivulet.inference.reload;

import dev.rivulet.events.kafka.KafkaConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The topic {@code checkpoints}, read from its beginning: which of its checkpoints are worth a try.
 *
 * <p>Only the newest one's bytes are kept; an older one's, wanted when the newest is refused, are
 * read again. Not thread-safe.
 */
final class CheckpointLog implements AutoCloseable {
  private static final Duration READING = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  // several checkpoints a fetch, so that a burst is seen as one
  private static final int FETCH_BYTES = 16 << 20;

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;

  // key to offset, oldest first
  private final Map<String, Long> candidates = new LinkedHashMap<>();
  private ConsumerRecord<String, byte[]> newest;

  /** A checkpoint that nobody has tried yet. */
  record Candidate(String key, long offset, byte[] blob) {}

  CheckpointLog(KafkaConnection kafka, String topic) {
    partition = new TopicPartition(topic, 0);
    consumer = kafka.consumer(Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES));
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Takes in what came, waiting for the first record up to {@code timeout}.
   *
   * @return whether all records that the topic has by now are taken in
   */
  boolean readOn(Duration timeout) {
    consumer.poll(timeout).forEach(this::takeIn);
    return consumer.currentLag(partition).orElse(Long.MAX_VALUE) == 0;
  }

  /** The newest checkpoint that was neither deleted nor {@link #dismiss}ed. */
  Optional<Candidate> newest() {
    while (!candidates.isEmpty()) {
      Map.Entry<String, Long> last = null;
      for (Map.Entry<String, Long> entry : candidates.entrySet()) {
        last = entry;
      }
      String key = last.getKey();
      long offset = last.getValue();
      byte[] blob = newest.offset() == offset ? newest.value() : readAgain(key, offset);
      if (blob != null) {
        return Optional.of(new Candidate(key, offset, blob));
      }
      candidates.remove(key);
    }
    return Optional.empty();
  }

  /** Not to be tried again. */
  void dismiss(Candidate refused) {
    candidates.remove(refused.key(), refused.offset());
  }

  /** Nothing that came so far is to be tried again: a good one is found. */
  void dismissAll() {
    candidates.clear();
    newest = null;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
  }

  private void takeIn(ConsumerRecord<String, byte[]> record) {
    candidates.remove(record.key());
    if (record.value() != null) {
      candidates.put(record.key(), record.offset());
      newest = record;
    }
  }

  /** The bytes of an earlier record, or null if the broker has dropped it since. */
  private byte[] readAgain(String key, long offset) {
    long next = consumer.position(partition);
    consumer.seek(partition, offset);
    try {
      long deadlineNanos = System.nanoTime() + READING.toNanos();
      while (System.nanoTime() - deadlineNanos < 0) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          boolean found = record.offset() == offset && key.equals(record.key());
          return found ? record.value() : null;
        }
        if (consumer.position(partition) >= next) {
          return null;
        }
      }
      throw new TimeoutException(
          "checkpoint %s was not read within %d s".formatted(key, READING.toSeconds()));
    } finally {
      consumer.seek(partition, next);
    }
  }
}
