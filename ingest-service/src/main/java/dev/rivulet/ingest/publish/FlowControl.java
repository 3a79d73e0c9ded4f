package dev.rivulet.ingest.publish;

import dev.rivulet.events.Groups;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps ingest at most a window ahead of what the trainer has consumed.
 *
 * <p>Both ends are offsets: the end of the log and the offset that the trainer's group committed.
 * Transaction markers between them count as records, so the window errs on the small side; the
 * trainer commits its position behind the last marker when it has consumed everything, so the
 * window always opens again.
 */
final class FlowControl {
  // matters only where the trainer has not committed what is left
  private static final long OLDEST_MILLIS = 5_000;

  private final Admin admin;
  private final TopicPartition batches;
  private final long windowRecords;
  private final LongSupplier clockMillis;
  private final LookInterval interval;
  private long consumedOffset;
  private long lookedAtMillis;
  private long oldestOffset;
  private long oldestReadAtMillis;

  /**
   * @param windowRecords how many records may wait for the trainer
   */
  FlowControl(Admin admin, String topic, long windowRecords, LongSupplier clockMillis)
      throws InterruptedException {
    this.admin = admin;
    this.batches = new TopicPartition(topic, 0);
    this.windowRecords = windowRecords;
    this.clockMillis = clockMillis;
    this.interval = new LookInterval(windowRecords);
    oldestOffset = readOldest();
    consumedOffset = readConsumed();
  }

  long windowRecords() {
    return windowRecords;
  }

  /** How many records of the window are taken when the log ends at {@code endOffset}. */
  long usedRecords(long endOffset) throws InterruptedException {
    long now = clockMillis.getAsLong();
    long elapsed = now - lookedAtMillis;
    if (elapsed >= interval.millis()) {
      if (now - oldestReadAtMillis >= OLDEST_MILLIS) {
        oldestOffset = readOldest();
      }
      long offset = readConsumed();
      interval.seen(elapsed, offset - consumedOffset);
      consumedOffset = offset;
    }
    return Math.max(0, endOffset - consumedOffset);
  }

  /** How long the window stays as it is, because nobody looks before. */
  long millisToNextLook() {
    return Math.max(0, lookedAtMillis + interval.millis() - clockMillis.getAsLong());
  }

  /** A trainer that never committed, or not for long, starts at the oldest record. */
  private long readConsumed() throws InterruptedException {
    OffsetAndMetadata committed =
        answer(
                admin
                    .listConsumerGroupOffsets(Groups.TRAINER)
                    .partitionsToOffsetAndMetadata(Groups.TRAINER))
            .get(batches);
    lookedAtMillis = clockMillis.getAsLong();
    return committed == null ? oldestOffset : Math.max(oldestOffset, committed.offset());
  }

  private long readOldest() throws InterruptedException {
    long offset =
        answer(admin.listOffsets(Map.of(batches, OffsetSpec.earliest())).partitionResult(batches))
            .offset();
    oldestReadAtMillis = clockMillis.getAsLong();
    return offset;
  }

  private static <T> T answer(KafkaFuture<T> asked) throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      throw new KafkaException(
          "the trainer's progress could not be read: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
