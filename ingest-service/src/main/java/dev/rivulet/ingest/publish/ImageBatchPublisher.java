package dev.rivulet.ingest.publish;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.TrainingRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes everything ingest has to say, each call one transaction.
 *
 * <p>A failed call leaves the publisher unusable: close it and open another, which aborts what is
 * unfinished.
 */
final class ImageBatchPublisher implements AutoCloseable {
  /** Fixed, so that a second ingest fences the first rather than publishing beside it. */
  static final String TRANSACTIONAL_ID = "rivulet-ingest";

  private final KafkaProducer<String, byte[]> producer;
  private final Topics topics;

  private ImageBatchPublisher(KafkaProducer<String, byte[]> producer, Topics topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /** Fences any older publisher and aborts what it left unfinished. */
  static ImageBatchPublisher open(KafkaConnection kafka, Topics topics) {
    KafkaProducer<String, byte[]> producer = kafka.transactionalProducer(TRANSACTIONAL_ID);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    return new ImageBatchPublisher(producer, topics);
  }

  /**
   * Publishes all parts of some batches.
   *
   * @return the offset after the last record and its transaction's marker
   */
  long publish(List<ImageBatch> parts) throws InterruptedException {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>(parts.size());
    for (ImageBatch part : parts) {
      records.add(part.toRecord(topics.trainingBatches()));
    }
    return commit(records) + 2;
  }

  /** Publishes what has become of a run, after {@code others} in the same transaction. */
  void publish(TrainingRun run, List<ProducerRecord<String, byte[]>> others)
      throws InterruptedException {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>(others);
    records.add(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run)));
    commit(records);
  }

  private long commit(List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
    producer.beginTransaction();
    Future<RecordMetadata> last = null;
    for (ProducerRecord<String, byte[]> record : records) {
      last = producer.send(record);
    }
    // the commit waits for every send and fails if one did
    producer.commitTransaction();
    try {
      return last.get().offset();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
