package dev.rivulet.trainer.checkpoint;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes everything the trainer has to say; what belongs together goes into one transaction.
 *
 * <p>A failed commit leaves the publisher unusable: close it and open another, which aborts what is
 * unfinished.
 */
public final class CheckpointPublisher implements AutoCloseable {
  /** Fixed, so that a second trainer fences the first rather than training beside it. */
  public static final String TRANSACTIONAL_ID = "rivulet-trainer";

  private final KafkaProducer<String, byte[]> producer;
  private final Topics topics;

  private CheckpointPublisher(KafkaProducer<String, byte[]> producer, Topics topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /** Fences any older trainer and aborts what it left unfinished. */
  public static CheckpointPublisher open(KafkaConnection kafka, Topics topics) {
    KafkaProducer<String, byte[]> producer = kafka.transactionalProducer(TRANSACTIONAL_ID);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    return new CheckpointPublisher(producer, topics);
  }

  public Commit begin() {
    return new Commit();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  /** What one transaction will hold. */
  public final class Commit {
    private final List<ProducerRecord<String, byte[]>> records = new ArrayList<>();

    private Commit() {}

    public Commit checkpoint(ModelDescription model, Weights weights) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(
              topics.checkpoints(),
              model.key(),
              weights.toSafeTensors(model.toMetadata()).toBytes());
      Headers.put(record.headers(), Headers.RUN, model.run());
      Headers.put(record.headers(), Headers.EPOCH, model.epoch());
      return add(record);
    }

    /** A tombstone: compaction removes that checkpoint. */
    public Commit dropCheckpoint(String run, int epoch) {
      return add(
          new ProducerRecord<>(topics.checkpoints(), ModelDescription.key(run, epoch), null));
    }

    public Commit metrics(EpochCompleted epoch) {
      return add(
          new ProducerRecord<>(topics.trainingMetrics(), epoch.key(), EventJson.write(epoch)));
    }

    public Commit state(SavedState state) {
      return add(
          new ProducerRecord<>(topics.trainerState(), state.position().run(), state.toBytes()));
    }

    /** A tombstone: a finished run is never resumed. */
    public Commit dropState(String run) {
      return add(new ProducerRecord<>(topics.trainerState(), run, null));
    }

    public Commit run(TrainingRun run) {
      return add(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run)));
    }

    /**
     * Readers see all of it or nothing.
     *
     * @return how many bytes the values have
     */
    public int commit() {
      producer.beginTransaction();
      records.forEach(producer::send);
      // the commit waits for every send and fails if one did
      producer.commitTransaction();
      return records.stream().mapToInt(r -> r.value() == null ? 0 : r.value().length).sum();
    }

    private Commit add(ProducerRecord<String, byte[]> record) {
      records.add(record);
      return this;
    }
  }
}
