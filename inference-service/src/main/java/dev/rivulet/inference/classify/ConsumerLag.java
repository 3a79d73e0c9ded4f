package dev.rivulet.inference.classify;

import dev.rivulet.inference.InferenceMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/** Asks the broker now and then how many images wait, and so notices when it does not answer. */
final class ConsumerLag {
  private static final Logger LOG = Logger.getLogger(ConsumerLag.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration POSITION = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition any;
  private final InferenceMetrics metrics;
  private volatile boolean inContact = true;
  private long askedNanos = System.nanoTime() - INTERVAL.toNanos();

  ConsumerLag(KafkaConsumer<byte[], byte[]> consumer, String topic, InferenceMetrics metrics) {
    this.consumer = consumer;
    this.any = new TopicPartition(topic, 0);
    this.metrics = metrics;
  }

  /** Whether the broker answered when it was asked last. */
  boolean inContact() {
    return inContact;
  }

  /** Asks if it is time to; for the consumer's thread. */
  void measure() {
    if (System.nanoTime() - askedNanos < INTERVAL.toNanos()) {
      return;
    }
    askedNanos = System.nanoTime();
    try {
      metrics.lags(lags(consumer.assignment()));
      if (!inContact) {
        LOG.info("Kafka answers again");
      }
      inContact = true;
    } catch (TimeoutException e) {
      if (inContact) {
        LOG.warnf("Kafka does not answer (%s); image events wait", e.getMessage());
      }
      inContact = false;
    }
  }

  private Map<TopicPartition, Long> lags(Set<TopicPartition> assigned) {
    if (assigned.isEmpty()) {
      // other replicas have all partitions; what is asked does not matter, that it is answered does
      consumer.endOffsets(Set.of(any), INTERVAL);
      return Map.of();
    }
    Map<TopicPartition, Long> lags = new HashMap<>();
    consumer
        .endOffsets(assigned, INTERVAL)
        .forEach(
            (partition, end) ->
                position(partition).ifPresent(position -> lags.put(partition, end - position)));
    return lags;
  }

  /** Nothing while an unfinished transaction of a killed replica hides where it stands. */
  private OptionalLong position(TopicPartition partition) {
    try {
      return OptionalLong.of(consumer.position(partition, POSITION));
    } catch (TimeoutException e) {
      LOG.debugf("the position in %s is not known yet", partition);
      return OptionalLong.empty();
    }
  }
}
