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

/** Asks the broker now and then how many images wait. */
final class ConsumerLag {
  private static final Logger LOG = Logger.getLogger(ConsumerLag.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration POSITION = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final InferenceMetrics metrics;
  private long askedNanos = System.nanoTime() - INTERVAL.toNanos();

  ConsumerLag(KafkaConsumer<byte[], byte[]> consumer, InferenceMetrics metrics) {
    this.consumer = consumer;
    this.metrics = metrics;
  }

  /** Asks if it is time to; for the consumer's thread. */
  void measure() {
    if (System.nanoTime() - askedNanos < INTERVAL.toNanos()) {
      return;
    }
    askedNanos = System.nanoTime();
    try {
      metrics.lags(lags(consumer.assignment()));
    } catch (TimeoutException e) {
      LOG.debugf("how many images wait is not known now: %s", e.getMessage());
    }
  }

  private Map<TopicPartition, Long> lags(Set<TopicPartition> assigned) {
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
