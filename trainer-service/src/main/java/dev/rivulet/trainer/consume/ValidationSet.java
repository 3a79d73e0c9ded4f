package dev.rivulet.trainer.consume;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.DatasetDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * A data set's validation images, as ingest published them once.
 *
 * @param batches in the order of their index
 */
public record ValidationSet(List<LabelledImages> batches) {
  private static final Logger LOG = Logger.getLogger(ValidationSet.class);
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 500;

  /**
   * Reads the set, waiting for it up to ten seconds: the run's event comes in the same transaction,
   * but a transaction's end does not show in all partitions at one moment.
   *
   * @throws EventFormatException if the set is not complete
   */
  public static ValidationSet read(KafkaConnection kafka, String topic, DatasetDescription dataset)
      throws InterruptedException {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return readNow(kafka, topic, dataset);
      } catch (EventFormatException e) {
        LOG.debugf("not complete yet: %s", e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return readNow(kafka, topic, dataset);
  }

  /** Reads the whole topic and keeps what belongs to the data set. */
  private static ValidationSet readNow(
      KafkaConnection kafka, String topic, DatasetDescription dataset) {
    SortedMap<Integer, LabelledImages> found = new TreeMap<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(
          record -> {
            if (record.key() != null && record.key().startsWith(dataset.id() + "/")) {
              ValidationBatch batch = ValidationBatch.fromRecord(record);
              found.put(batch.index(), batch.content());
            }
          });
    }
    int images = found.values().stream().mapToInt(LabelledImages::size).sum();
    if (found.size() != dataset.validationBatches() || images != dataset.validationImages()) {
      throw new EventFormatException(
          "%s holds %d of the %d batches of %s; restart ingest-service with a new run to have them published again"
              .formatted(topic, found.size(), dataset.validationBatches(), dataset.id()));
    }
    return new ValidationSet(new ArrayList<>(found.values()));
  }
}
