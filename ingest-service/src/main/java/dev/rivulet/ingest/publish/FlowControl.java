package dev.rivulet.ingest.publish;

import dev.rivulet.events.Groups;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
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
  private static final long REFRESH_MILLIS = 250;

  private final Admin admin;
  private final TopicPartition batches;
  private final long windowRecords;
  private final LongSupplier clockMillis;
  private long consumedOffset;
  private long refreshedAtMillis;

  /**
   * @param windowRecords how many records may wait for the trainer
   */
  FlowControl(Admin admin, String topic, long windowRecords, LongSupplier clockMillis)
      throws InterruptedException {
    this.admin = admin;
    this.batches = new TopicPartition(topic, 0);
    this.windowRecords = windowRecords;
    this.clockMillis = clockMillis;
    refresh();
  }

  long windowRecords() {
    return windowRecords;
  }

  /** How many records of the window are taken when the log ends at {@code endOffset}. */
  long usedRecords(long endOffset) throws InterruptedException {
    if (clockMillis.getAsLong() - refreshedAtMillis >= REFRESH_MILLIS) {
      refresh();
    }
    return Math.max(0, endOffset - consumedOffset);
  }

  private void refresh() throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(Groups.TRAINER)
              .partitionsToOffsetAndMetadata(Groups.TRAINER)
              .get();
      OffsetAndMetadata offset = committed.get(batches);
      long begin =
          admin
              .listOffsets(Map.of(batches, OffsetSpec.earliest()))
              .partitionResult(batches)
              .get()
              .offset();
      // a trainer that never committed, or not for long, starts at the oldest record
      consumedOffset = offset == null ? begin : Math.max(begin, offset.offset());
      refreshedAtMillis = clockMillis.getAsLong();
    } catch (ExecutionException e) {
      throw new KafkaException(
          "the trainer's progress could not be read: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
