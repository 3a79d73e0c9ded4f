package dev.rivulet.trainer.checkpoint;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Deletes batches that are behind the newest committed state, and no others. */
public final class ConsumedBatches implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ConsumedBatches.class);

  private final Admin admin;
  private final TopicPartition partition;

  public ConsumedBatches(Admin admin, String topic) {
    this.admin = admin;
    this.partition = new TopicPartition(topic, 0);
  }

  /**
   * Deletes everything before {@code offset}, which should be where the last checkpointed batch
   * begins: that one stays, since ingest reads from it where to go on.
   */
  public void deleteBefore(long offset) throws InterruptedException {
    try {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
    } catch (ExecutionException e) {
      // nothing is lost: the next checkpoint deletes these too
      LOG.warnf(
          "%s could not be trimmed before offset %d: %s",
          partition, offset, e.getCause().getMessage());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
