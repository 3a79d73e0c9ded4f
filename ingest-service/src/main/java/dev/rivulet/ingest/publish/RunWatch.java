package dev.rivulet.ingest.publish;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.RunLedger;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Follows {@code training-runs}, and by owning its one partition decides which ingest is active.
 *
 * <p>A second ingest in the same group owns nothing and waits; it takes over when the first one's
 * session ends.
 */
final class RunWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RunWatch.class);
  private static final int SESSION_TIMEOUT_MILLIS = 6_000;

  // how long a rebalance waits for a process that died with the broker, which may forget to miss it
  private static final int MAX_POLL_INTERVAL_MILLIS = 30_000;

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;
  private RunLedger ledger = new RunLedger();
  private int assignments;
  private boolean assigned;

  RunWatch(KafkaConnection kafka, Topics topics) {
    this.partition = new TopicPartition(topics.trainingRuns(), 0);
    this.consumer =
        kafka.consumer(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                Groups.INGEST,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MILLIS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                SESSION_TIMEOUT_MILLIS / 3,
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                MAX_POLL_INTERVAL_MILLIS,
                // an ingest that waits for its turn does not interrupt the active one
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()));
    consumer.subscribe(List.of(topics.trainingRuns()), new Ownership());
  }

  /** Takes in what came, waiting for it up to {@code timeout}. */
  void poll(Duration timeout) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(timeout)) {
      try {
        ledger.apply(record);
      } catch (EventFormatException e) {
        LOG.errorf("Skipping a record that is no training run: %s", e.getMessage());
      }
    }
  }

  /** Whether this ingest is the one that publishes. */
  boolean active() {
    return assigned;
  }

  /**
   * How often this ingest has become the one that publishes. Another one may have had its turn
   * before each time, also where one poll took the turn and gave it back.
   */
  int assignments() {
    return assignments;
  }

  /** Reads on until the ledger knows every run event that is there now. */
  void catchUp() {
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (assigned && consumer.position(partition) < end) {
      poll(Duration.ofMillis(100));
    }
  }

  RunLedger ledger() {
    return ledger;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
  }

  private final class Ownership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.contains(partition)) {
        ledger = new RunLedger();
        consumer.seekToBeginning(List.of(partition));
        assignments++;
        assigned = true;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(partition)) {
        assigned = false;
      }
    }
  }
}
