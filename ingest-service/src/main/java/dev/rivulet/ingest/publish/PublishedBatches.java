package dev.rivulet.ingest.publish;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells from the topics alone which batch of a run comes next, so that a restart loses nothing. */
final class PublishedBatches {
  private final TopicTail tail;
  private final Topics topics;

  PublishedBatches(TopicTail tail, Topics topics) {
    this.tail = tail;
    this.topics = topics;
  }

  /**
   * The batch after the last committed one; at the start of an attempt, the one that the trainer's
   * saved state asks for; else the first.
   */
  BatchAddress next(TrainingRun run, int batchesPerEpoch) {
    return tail.findLast(topics.trainingBatches(), record -> belongsTo(run, record))
        .map(record -> BatchAddress.of(ImageBatch.Position.of(record)).next(batchesPerEpoch))
        .or(() -> savedState(run, batchesPerEpoch))
        .orElse(BatchAddress.FIRST);
  }

  private Optional<BatchAddress> savedState(TrainingRun run, int batchesPerEpoch) {
    return tail.findLast(topics.trainerState(), record -> run.id().equals(record.key()))
        .filter(record -> record.value() != null)
        .map(record -> TrainerPosition.fromMetadata(SafeTensors.read(record.value())))
        .map(position -> BatchAddress.of(position, batchesPerEpoch));
  }

  private static boolean belongsTo(TrainingRun run, ConsumerRecord<String, byte[]> record) {
    if (!run.id().equals(record.key())) {
      return false;
    }
    try {
      return ImageBatch.Position.of(record).attempt() == run.attempt();
    } catch (EventFormatException e) {
      // somebody else's record under our key; the trainer names it when it gets there
      return false;
    }
  }
}
