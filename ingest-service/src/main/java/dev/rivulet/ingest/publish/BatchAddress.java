package dev.rivulet.ingest.publish;

import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.checkpoint.TrainerPosition;

/**
 * Which batch of a run.
 *
 * @param epoch from 1
 * @param batch zero-based within the epoch
 */
record BatchAddress(int epoch, int batch) {
  static final BatchAddress FIRST = new BatchAddress(1, 0);

  BatchAddress next(int batchesPerEpoch) {
    return at(epoch, batch + 1, batchesPerEpoch);
  }

  static BatchAddress of(ImageBatch.Position position) {
    return new BatchAddress(position.epoch(), position.batch());
  }

  /**
   * The batch that a trainer needs next. One that was stopped while it validated has all batches of
   * its epoch in the weights.
   */
  static BatchAddress of(TrainerPosition position, int batchesPerEpoch) {
    return at(position.epoch(), position.nextBatch(), batchesPerEpoch);
  }

  /** The first batch of the next epoch if this one has no more. */
  private static BatchAddress at(int epoch, int batch, int batchesPerEpoch) {
    return batch < batchesPerEpoch
        ? new BatchAddress(epoch, batch)
        : new BatchAddress(epoch + 1, 0);
  }
}
