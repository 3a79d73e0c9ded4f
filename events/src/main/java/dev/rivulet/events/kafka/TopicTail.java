package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Finds the newest committed record that matches, reading a topic of one partition backwards. */
public final class TopicTail {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long FIRST_STEP_RECORDS = 4;

  // a fetch ahead at the end of the topic would hold up the next step backwards for half a second
  private static final Map<String, Object> IMPATIENT =
      Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);

  private final KafkaConnection kafka;

  public TopicTail(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /**
   * The last record of partition 0 that {@code wanted} accepts, if any is still there.
   *
   * <p>A commit returns before its records show. Who must not miss those of a dead predecessor
   * first initializes a producer of the same transactional id: that waits for them.
   */
  public Optional<ConsumerRecord<String, byte[]>> findLast(
      String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, byte[]> consumer = kafka.consumer(IMPATIENT)) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      for (long step = FIRST_STEP_RECORDS; end > begin; step *= 2) {
        // offsets of transaction markers and compacted records count too, hence growing steps
        long from = Math.max(begin, end - step);
        Optional<ConsumerRecord<String, byte[]>> found =
            lastBetween(consumer, partition, from, end, wanted);
        if (found.isPresent()) {
          return found;
        }
        end = from;
      }
      return Optional.empty();
    }
  }

  private static Optional<ConsumerRecord<String, byte[]>> lastBetween(
      KafkaConsumer<String, byte[]> consumer,
      TopicPartition partition,
      long from,
      long end,
      Predicate<ConsumerRecord<String, byte[]>> wanted) {
    consumer.seek(partition, from);
    Optional<ConsumerRecord<String, byte[]>> last = Optional.empty();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && wanted.test(record)) {
          last = Optional.of(record);
        }
      }
    }
    return last;
  }
}
