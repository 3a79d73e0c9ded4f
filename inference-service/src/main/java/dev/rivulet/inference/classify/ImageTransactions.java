package dev.rivulet.inference.classify;

import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.ClientTrouble;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Consume, classify, produce: the outcomes of a poll's images and the new position in {@code
 * images} become visible together, or not at all. While one poll's outcomes are committed, the next
 * one's images are classified.
 *
 * <p>The consumer's group metadata in each transaction keeps a process that lost its partitions
 * from committing (KIP-447), so transactional ids need not be tied to partitions. Not thread-safe.
 */
final class ImageTransactions implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ImageTransactions.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  // an image may have 16 MiB, and is in memory as it is fetched, as an event and as an outcome; one
  // that is larger than this comes alone
  private static final int FETCH_BYTES = 4 << 20;

  // how long the partitions of a killed process wait for a new owner
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;

  // longer than a poll of the slowest images takes, and no longer than people wait for a process
  // that died with the broker: the broker may forget to miss it
  private static final int MAX_POLL_INTERVAL_MILLIS = 120_000;

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String transactionalId;
  private final ImageOutcomes outcomesOf;
  private final InferenceMetrics metrics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private KafkaProducer<byte[], byte[]> producer;
  private final ConsumerLag lag;
  private final OversizedOutcomes oversized = new OversizedOutcomes();
  private Optional<ImageOutcomes.UnderWay> underWay = Optional.empty();
  private int refusalsInARow;
  private volatile Optional<String> refusal = Optional.empty();
  private volatile boolean joined;

  /**
   * @param transactionalId of this process alone
   * @param maxImages most images in one transaction
   * @throws KafkaException if a client cannot be made
   */
  ImageTransactions(
      KafkaConnection kafka,
      Topics topics,
      ImageOutcomes outcomesOf,
      InferenceMetrics metrics,
      String transactionalId,
      int maxImages) {
    this.kafka = kafka;
    this.topics = topics;
    this.transactionalId = transactionalId;
    this.outcomesOf = outcomesOf;
    this.metrics = metrics;
    consumer =
        kafka.consumerOfAnyKeys(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                Groups.INFERENCE,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                maxImages,
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
      producer = kafka.transactionalProducerOfAnyKeys(transactionalId);
    } catch (KafkaException e) {
      consumer.close(CloseOptions.timeout(CLOSING));
      throw e;
    }
  }

  /** Ends what an earlier producer of this process left unfinished, and joins the group. */
  void begin() {
    producer.initTransactions();
    consumer.subscribe(List.of(topics.images()), new Membership());
  }

  /**
   * Begins to classify the images that came, and commits the outcomes of those that came before. If
   * there are none it waits for new ones for half a second.
   *
   * @return whether to go on at once: not while Kafka refuses outcomes again and again
   * @throws KafkaException if this consumer and this producer cannot go on; a pair of new ones can
   * @throws ClassifierStoppedException if no image will be classified any more
   */
  boolean step() throws InterruptedException {
    ConsumerRecords<byte[], byte[]> images =
        consumer.poll(underWay.isPresent() ? Duration.ZERO : POLL);
    Optional<ImageOutcomes.UnderWay> next =
        images.isEmpty() ? Optional.empty() : Optional.of(outcomesOf.begin(images));
    // after a failure the next poll brings both again
    boolean committed = finish();
    underWay = committed ? next : Optional.empty();
    lag.measure();
    return committed || refusal.isEmpty();
  }

  /**
   * Commits the outcomes of the images under way.
   *
   * @return whether that is done; if not, the next poll brings the images again
   */
  boolean finish() throws InterruptedException {
    if (underWay.isEmpty()) {
      return true;
    }
    // no transaction is open meanwhile, so slow images cannot time one out
    List<Outcome> outcomes = underWay.get().await().stream().map(oversized::writable).toList();
    Map<TopicPartition, OffsetAndMetadata> nextOffsets = underWay.get().nextOffsets();
    underWay = Optional.empty();
    return oversized.searching() ? commitOneByOne(outcomes) : commit(outcomes, nextOffsets);
  }

  /** Whether this consumer has its place in the group. */
  boolean joined() {
    return joined;
  }

  /** Why Kafka has refused outcomes again and again; nothing since it has taken some. */
  Optional<String> refusal() {
    return refusal;
  }

  @Override
  public void close() {
    metrics.lags(Map.of());
    underWay = Optional.empty();
    try {
      // an open transaction is aborted by it
      producer.close(CLOSING);
    } finally {
      consumer.close(CloseOptions.timeout(CLOSING));
    }
  }

  private boolean commitOneByOne(List<Outcome> outcomes) {
    boolean committed = true;
    for (int i = 0; i < outcomes.size() && committed; i++) {
      ConsumerRecord<byte[], byte[]> image = outcomes.get(i).image();
      committed =
          commit(
              List.of(outcomes.get(i)),
              Map.of(
                  new TopicPartition(image.topic(), image.partition()),
                  new OffsetAndMetadata(image.offset() + 1, image.leaderEpoch(), "")));
    }
    return committed;
  }

  /** Whether it is done; if not, the next poll brings the same images again. */
  private boolean commit(List<Outcome> outcomes, Map<TopicPartition, OffsetAndMetadata> positions) {
    // all of them before the first is sent, which then leaves with the others in one request
    List<ProducerRecord<byte[], byte[]>> records =
        outcomes.stream().map(outcome -> outcome.toRecord(topics)).toList();
    try {
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        // a failed send fails the commit; the callback only tells whether size is the reason
        producer.send(record, (sent, failure) -> oversized.sent(failure));
      }
      producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
      producer.commitTransaction();
    } catch (KafkaException e) {
      String why = new ClientTrouble(e).toString();
      LOG.warnf("%d images are classified again: %s", outcomes.size(), why);
      renewProducer();
      oversized.aborted(outcomes);
      refused(why);
      rewind();
      return false;
    }
    forgetRefusals();
    oversized.committed(outcomes);
    count(outcomes);
    return true;
  }

  private void forgetRefusals() {
    refusalsInARow = 0;
    refusal = Optional.empty();
  }

  private void refused(String why) {
    refusalsInARow++;
    int usual = oversized.searching() ? OversizedOutcomes.MOST_REFUSALS : 1;
    if (refusalsInARow > usual) {
      refusal =
          Optional.of(
              "Kafka has refused the outcomes of image events %d times in a row: %s"
                  .formatted(refusalsInARow, why));
    }
  }

  /**
   * Settles the failed transaction, whose fate may be unknown here.
   *
   * <p>Aborting it would not do: the producer of kafka-clients 4.1.2 keeps positions that it could
   * not send, or that the group refused, and commits them with its next transaction. That would
   * skip the images of the failed one, or take another replica back.
   */
  private void renewProducer() {
    producer.close(CLOSING);
    producer = kafka.transactionalProducerOfAnyKeys(transactionalId);
    producer.initTransactions();
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

  private void count(List<Outcome> outcomes) {
    Instant now = Instant.now();
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Predicted predicted) {
        metrics.classified(
            predicted.classification().label(),
            InferenceMetrics.Source.TOPIC,
            Classification.latency(predicted.imageAt(), now));
      } else if (outcome instanceof Outcome.Rejected rejected) {
        metrics.rejected(rejected.reason(), InferenceMetrics.Source.TOPIC);
      }
    }
  }

  /** The images are somebody else's now, and what is wrong with them. */
  private void forget() {
    oversized.forget();
    forgetRefusals();
  }

  private final class Membership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      joined = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // who gets them begins behind what is committed
      try {
        finish();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      forget();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      joined = false;
      underWay = Optional.empty();
      forget();
    }
  }
}
