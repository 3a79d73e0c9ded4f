package dev.rivulet.trainer.consume;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.TrainerPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Puts the parts of batches together, in the one order that is right.
 *
 * <p>Records of other runs and attempts, and batches before the wanted one, are passed over; a
 * missing batch is an error, since the weights would differ without it.
 */
final class BatchAssembly {
  private final String run;
  private final int attempt;
  private final int batchesPerEpoch;
  private final List<ImageBatch> parts = new ArrayList<>();
  private int epoch;
  private int batch;
  private long firstOffset;

  BatchAssembly(TrainerPosition from, int batchesPerEpoch) {
    this.run = from.run();
    this.attempt = from.attempt();
    this.epoch = from.epoch();
    this.batch = from.nextBatch();
    this.batchesPerEpoch = batchesPerEpoch;
    skipToNextEpochIfDone();
  }

  /**
   * Takes in the next record of the topic.
   *
   * @return a batch if this record was its last missing part
   * @throws EventFormatException if it is of this run, but not the one that must come next
   */
  Optional<TrainableBatch> add(ConsumerRecord<String, byte[]> record) {
    if (!run.equals(record.key())) {
      return Optional.empty();
    }
    ImageBatch.Position position = ImageBatch.Position.of(record);
    if (!position.run().equals(run) || position.attempt() != attempt || isPast(position)) {
      return Optional.empty();
    }
    if (position.epoch() != epoch || position.batch() != batch || position.part() != parts.size()) {
      throw new EventFormatException(
          "%s offset %d holds epoch %d batch %d part %d where epoch %d batch %d part %d must come; resume the run to have it published again"
              .formatted(
                  record.topic(),
                  record.offset(),
                  position.epoch(),
                  position.batch(),
                  position.part(),
                  epoch,
                  batch,
                  parts.size()));
    }
    if (parts.isEmpty()) {
      firstOffset = record.offset();
    }
    parts.add(ImageBatch.fromRecord(record));
    return position.lastPart() ? Optional.of(complete(record.offset() + 1)) : Optional.empty();
  }

  /** Whether a batch has begun whose last part has not come. */
  boolean incomplete() {
    return !parts.isEmpty();
  }

  private boolean isPast(ImageBatch.Position position) {
    return position.epoch() < epoch || (position.epoch() == epoch && position.batch() < batch);
  }

  private TrainableBatch complete(long nextOffset) {
    LabelledImages content =
        parts.size() == 1
            ? parts.get(0).content()
            : LabelledImages.join(parts.stream().map(ImageBatch::content).toList());
    TrainableBatch whole = new TrainableBatch(epoch, batch, content, firstOffset, nextOffset);
    parts.clear();
    batch++;
    skipToNextEpochIfDone();
    return whole;
  }

  private void skipToNextEpochIfDone() {
    if (batch == batchesPerEpoch) {
      epoch++;
      batch = 0;
    }
  }
}
