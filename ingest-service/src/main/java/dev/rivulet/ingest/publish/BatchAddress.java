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
    return batch + 1 < batchesPerEpoch
        ? new BatchAddress(epoch, batch + 1)
        : new BatchAddress(epoch + 1, 0);
  }

  static BatchAddress of(ImageBatch.Position position) {
    return new BatchAddress(position.epoch(), position.batch());
  }

  static BatchAddress of(TrainerPosition position) {
    return new BatchAddress(position.epoch(), position.nextBatch());
  }
}
