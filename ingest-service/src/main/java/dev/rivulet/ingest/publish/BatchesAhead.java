package dev.rivulet.ingest.publish;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.ingest.augment.EpochBatches;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Has the next batches put together by other threads while earlier ones are published. */
final class BatchesAhead {
  private static final int AHEAD_IMAGES = 4_096;

  private final EpochBatches batches;
  private final int epochs;
  private final ExecutorService workers;
  private final int ahead;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private BatchAddress nextToBegin;

  private record Pending(BatchAddress address, Future<LabelledImages> images) {}

  /** A batch ready to be published. */
  record Ready(BatchAddress address, LabelledImages images) {}

  BatchesAhead(
      EpochBatches batches, int epochs, int batchSize, BatchAddress from, ExecutorService workers) {
    this.batches = batches;
    this.epochs = epochs;
    this.workers = workers;
    this.ahead = Math.max(2, AHEAD_IMAGES / batchSize);
    this.nextToBegin = from;
    begin();
  }

  /** Whether every batch of every epoch has been taken. */
  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** The next batch in order; waits until it is put together. */
  Ready take() throws InterruptedException {
    Pending next = pending.remove();
    begin();
    try {
      return new Ready(next.address, next.images.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a batch could not be put together", e.getCause());
    }
  }

  private void begin() {
    while (pending.size() < ahead && nextToBegin.epoch() <= epochs) {
      BatchAddress address = nextToBegin;
      pending.add(
          new Pending(
              address, workers.submit(() -> batches.batch(address.epoch(), address.batch()))));
      nextToBegin = address.next(batches.batchesPerEpoch());
    }
  }
}
