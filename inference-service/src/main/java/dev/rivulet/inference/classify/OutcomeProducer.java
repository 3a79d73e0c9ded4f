package dev.rivulet.inference.classify;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.ClientTrouble;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Writes outcomes and the group's new positions in transactions, and counts them.
 *
 * <p>Not thread-safe, but for {@link #refusal}.
 */
final class OutcomeProducer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(OutcomeProducer.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String transactionalId;
  private final InferenceMetrics metrics;
  private final OversizedOutcomes oversized = new OversizedOutcomes();
  private KafkaProducer<byte[], byte[]> producer;
  private int refusalsInARow;
  private volatile Optional<String> refusal = Optional.empty();

  /**
   * @param transactionalId of this process alone
   * @throws KafkaException if a client cannot be made
   */
  OutcomeProducer(
      KafkaConnection kafka, Topics topics, String transactionalId, InferenceMetrics metrics) {
    this.kafka = kafka;
    this.topics = topics;
    this.transactionalId = transactionalId;
    this.metrics = metrics;
    producer = kafka.transactionalProducerOfAnyKeys(transactionalId);
  }

  /** Ends what an earlier producer of this process left unfinished. */
  void begin() {
    producer.initTransactions();
  }

  /**
   * Writes what became of some images, all of it or nothing.
   *
   * @param positions where the group goes on behind them
   * @param member of the group, which writes nothing if it has lost its place (KIP-447)
   * @return whether it is written; if not, the images must be classified again from what the group
   *     has committed
   * @throws KafkaException if this producer cannot go on
   */
  boolean write(
      List<Outcome> outcomes,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    List<Outcome> writable = outcomes.stream().map(oversized::writable).toList();
    return oversized.searching()
        ? commitOneByOne(writable, member)
        : commit(writable, positions, member);
  }

  private boolean commitOneByOne(List<Outcome> outcomes, ConsumerGroupMetadata member) {
    boolean committed = true;
    for (int i = 0; i < outcomes.size() && committed; i++) {
      ConsumerRecord<byte[], byte[]> image = outcomes.get(i).image();
      committed =
          commit(
              List.of(outcomes.get(i)),
              Map.of(
                  new TopicPartition(image.topic(), image.partition()),
                  new OffsetAndMetadata(image.offset() + 1, image.leaderEpoch(), "")),
              member);
    }
    return committed;
  }

  private boolean commit(
      List<Outcome> outcomes,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    // all of them before the first is sent, which then leaves with the others in one request
    List<ProducerRecord<byte[], byte[]>> records =
        outcomes.stream().map(outcome -> outcome.toRecord(topics)).toList();
    try {
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        // a failed send fails the commit; the callback only tells whether size is the reason
        producer.send(record, (sent, failure) -> oversized.sent(failure));
      }
      producer.sendOffsetsToTransaction(positions, member);
      producer.commitTransaction();
    } catch (KafkaException e) {
      String why = new ClientTrouble(e).toString();
      LOG.warnf("%d images are classified again: %s", outcomes.size(), why);
      renew();
      oversized.aborted(outcomes);
      refused(why);
      return false;
    }
    forgetRefusals();
    oversized.committed(outcomes);
    count(outcomes);
    return true;
  }

  /**
   * Settles the failed transaction, whose fate may be unknown here.
   *
   * <p>Aborting it would not do: the producer of kafka-clients 4.1.2 keeps positions that it could
   * not send, or that the group refused, and commits them with its next transaction. That would
   * skip the images of the failed one, or take another replica back.
   */
  private void renew() {
    close();
    producer = kafka.transactionalProducerOfAnyKeys(transactionalId);
    producer.initTransactions();
  }

  /** Why Kafka has refused outcomes again and again; nothing since it has taken some. */
  Optional<String> refusal() {
    return refusal;
  }

  /** The images are somebody else's now, and what is wrong with them. */
  void forget() {
    oversized.forget();
    forgetRefusals();
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

  /** Aborts an open transaction. */
  @Override
  public void close() {
    producer.close(CLOSING);
  }
}
