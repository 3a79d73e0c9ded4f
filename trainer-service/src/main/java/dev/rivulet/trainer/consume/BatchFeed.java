package dev.rivulet.trainer.consume;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.checkpoint.TrainerPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The batches of one run from one position on, fetched ahead by the consumer's thread. */
public final class BatchFeed {
  private static final int AHEAD_IMAGES = 2_048;
  private static final int AHEAD_BATCHES_AT_LEAST = 2;

  private final long fromOffset;
  private final BatchAssembly assembly;
  private final BlockingQueue<TrainableBatch> ready;
  private final int roomForBatches;
  private final Semaphore worthALook = new Semaphore(0);
  // the consumer's thread alone touches these
  private long fetched;

  private volatile EventFormatException failure;
  private volatile long consumed;
  private volatile long consumedImages;
  private volatile long consumedOffset = -1;
  private volatile long interestingImages = Long.MAX_VALUE;

  BatchFeed(TrainerPosition from, int batchesPerEpoch, int batchSize) {
    this.fromOffset = from.nextOffset();
    this.assembly = new BatchAssembly(from, batchesPerEpoch);
    this.roomForBatches = Math.max(AHEAD_BATCHES_AT_LEAST, AHEAD_IMAGES / batchSize);
    // a poll may bring more than the room that was left when it began
    this.ready = new ArrayBlockingQueue<>(roomForBatches + ImageBatchConsumer.MAX_POLL_RECORDS);
  }

  /**
   * The next batch of the run, if it comes within {@code timeout}.
   *
   * @throws EventFormatException if the topic holds something else in its place
   */
  public Optional<TrainableBatch> poll(long timeout, TimeUnit unit) throws InterruptedException {
    TrainableBatch batch = ready.poll(timeout, unit);
    if (batch == null && failure != null) {
      throw failure;
    }
    return Optional.ofNullable(batch);
  }

  /** Says that a batch is in the weights: its room is free for ingest. */
  public void consumed(TrainableBatch batch) {
    consumedOffset = batch.nextOffset();
    consumedImages += batch.content().size();
    consumed++;
    if (isOfInterest()) {
      worthALook.release();
    }
  }

  long fromOffset() {
    return fromOffset;
  }

  boolean full() {
    return ready.size() >= roomForBatches;
  }

  /**
   * Waits while it is full, until that many images are in the weights in all, or somebody calls
   * {@link #endWait}. For the consumer's thread alone.
   */
  void awaitConsumption(long images, Duration atMost) throws InterruptedException {
    interestingImages = images;
    if (!isOfInterest()) {
      worthALook.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
    // the caller looks at everything anew
    worthALook.drainPermits();
  }

  /** Lets the consumer's thread look what is wanted of it. */
  void endWait() {
    worthALook.release();
  }

  private boolean isOfInterest() {
    return !full() || consumedImages >= interestingImages;
  }

  void add(ConsumerRecord<String, byte[]> record) {
    if (failure != null) {
      return;
    }
    try {
      assembly
          .add(record)
          .ifPresent(
              batch -> {
                ready.add(batch);
                fetched++;
              });
    } catch (EventFormatException e) {
      failure = e;
    }
  }

  /** Whether everything that was fetched is in the weights. */
  boolean drained() {
    return consumed == fetched && !assembly.incomplete();
  }

  /** The offset after the last consumed batch, -1 before the first. */
  long consumedOffset() {
    return consumedOffset;
  }

  /** How many images of this feed are in the weights. */
  long consumedImages() {
    return consumedImages;
  }
}
