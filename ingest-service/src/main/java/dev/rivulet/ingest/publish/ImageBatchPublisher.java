package dev.rivulet.ingest.publish;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.TrainingRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes everything ingest has to say, in transactions.
 *
 * <p>A failed one leaves the publisher unusable: close it and open another, which aborts what is
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

  /** Begins a transaction of image batches; another may begin when it is committed. */
  BatchTransaction begin() {
    producer.beginTransaction();
    return new BatchTransaction();
  }

  /** Some batches that become visible together. */
  final class BatchTransaction {
    private Future<RecordMetadata> last;

    private BatchTransaction() {}

    /** Sends one part; it is on its way when this returns. */
    void send(ImageBatch part) {
      last = producer.send(part.toRecord(topics.trainingBatches()));
    }

    /**
     * @return the offset after the last record and the transaction's marker
     */
    long commit() throws InterruptedException {
      // waits for every send and fails if one did
      producer.commitTransaction();
      try {
        return last.get().offset() + 2;
      } catch (ExecutionException e) {
        throw new KafkaException(e.getCause());
      }
    }
  }

  /** Publishes what has become of a run, after {@code others} in the same transaction. */
  void publish(TrainingRun run, List<ProducerRecord<String, byte[]>> others) {
    producer.beginTransaction();
    others.forEach(producer::send);
    producer.send(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run)));
    producer.commitTransaction();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
