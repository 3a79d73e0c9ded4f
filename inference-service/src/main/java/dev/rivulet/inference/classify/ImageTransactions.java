package dev.rivulet.inference.classify;

import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Consume, classify, produce: the outcomes of images and the new position in {@code images} become
 * visible together, or not at all. While outcomes are committed, images that came later are
 * classified.
 *
 * <p>The consumer's group metadata in each transaction keeps a process that lost its partitions
 * from committing (KIP-447), so transactional ids need not be tied to partitions. Not thread-safe.
 */
final class ImageTransactions implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  /** So soon a transaction that has failed is noticed. */
  private static final Duration POLL_BESIDE_A_TRANSACTION = Duration.ofMillis(100);

  private static final Duration CLOSING = Duration.ofSeconds(5);

  // an image may have 16 MiB, and is in memory as it is fetched, as an event and as an outcome; one
  // that is larger than this comes alone, and none comes until it is committed
  private static final int FETCH_BYTES = 4 << 20;

  // how long the partitions of a killed process wait for a new owner
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;

  // longer than a poll of the slowest images takes, and no longer than people wait for a process
  // that died with the broker: the broker may forget to miss it
  private static final int MAX_POLL_INTERVAL_MILLIS = 120_000;

  private final Topics topics;
  private final ImageOutcomes outcomesOf;
  private final InferenceMetrics metrics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final OutcomeProducer producer;
  private final OutcomeCommits commits;
  private final ConsumerLag lag;
  private volatile boolean joined;

  /**
   * @param transactionalId of this process alone
   * @param pollImages most images in one poll
   * @throws KafkaException if a client cannot be made
   */
  ImageTransactions(
      KafkaConnection kafka,
      Topics topics,
      ImageOutcomes outcomesOf,
      InferenceMetrics metrics,
      String transactionalId,
      int pollImages) {
    this.topics = topics;
    this.outcomesOf = outcomesOf;
    this.metrics = metrics;
    consumer =
        kafka.consumerOfAnyKeys(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                Groups.INFERENCE,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                pollImages,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MILLIS,
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                MAX_POLL_INTERVAL_MILLIS,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES,
                // a replica that comes or goes does not stop the others
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()));
    lag = new ConsumerLag(consumer, metrics);
    try {
      producer = new OutcomeProducer(kafka, topics, transactionalId, metrics);
    } catch (KafkaException e) {
      consumer.close(CloseOptions.timeout(CLOSING));
      throw e;
    }
    commits =
        new OutcomeCommits(
            producer::write, pollImages, FETCH_BYTES, OutcomeCommits.PAUSE_IN_A_CROWD);
  }

  /** Ends what an earlier producer of this process left unfinished, and joins the group. */
  void begin() {
    producer.begin();
    commits.start();
    consumer.subscribe(List.of(topics.images()), new Membership());
  }

  /**
   * Begins to classify the images that came, or that come within half a second; their outcomes are
   * committed meanwhile and after it.
   *
   * @return whether to go on at once: not while Kafka refuses outcomes again and again
   * @throws KafkaException if this consumer and this producer cannot go on; a pair of new ones can
   * @throws ClassifierStoppedException if no image will be classified any more
   */
  boolean step() throws InterruptedException {
    commits.awaitRoom();
    ConsumerRecords<byte[], byte[]> images =
        consumer.poll(commits.underWay() ? POLL_BESIDE_A_TRANSACTION : POLL);
    commits.actAs(consumer.groupMetadata());
    if (!images.isEmpty()) {
      commits.add(outcomesOf.begin(images));
    }
    lag.measure();
    if (!commits.takeFailure()) {
      return true;
    }
    rewind();
    return producer.refusal().isEmpty();
  }

  /** Commits the outcomes of the images under way. */
  void finish() throws InterruptedException {
    commits.drain();
    commits.throwWhatEndedIt();
  }

  /** Whether this consumer has its place in the group. */
  boolean joined() {
    return joined;
  }

  /** Why Kafka has refused outcomes again and again; nothing since it has taken some. */
  Optional<String> refusal() {
    return producer.refusal();
  }

  @Override
  public void close() {
    metrics.lags(Map.of());
    commits.close();
    try {
      // an open transaction is aborted by it
      producer.close();
    } finally {
      consumer.close(CloseOptions.timeout(CLOSING));
    }
  }

  /** Continues after the last committed image, as somebody who takes over would. */
  private void rewind() {
    Set<TopicPartition> assigned = consumer.assignment();
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned);
    for (TopicPartition partition : assigned) {
      OffsetAndMetadata position = committed.get(partition);
      if (position == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, position);
      }
    }
  }

  private final class Membership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      joined = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // who gets them begins behind what is committed
      commits.actAs(consumer.groupMetadata());
      giveUp(commits::drain);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      joined = false;
      giveUp(commits::discard);
    }

    /** The images are somebody else's now, and what is wrong with them. */
    private void giveUp(Ending ending) {
      try {
        ending.await();
        producer.forget();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until nothing is under way. */
  private interface Ending {
    void await() throws InterruptedException;
  }
}
