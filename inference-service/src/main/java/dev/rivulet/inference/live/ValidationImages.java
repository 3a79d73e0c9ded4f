package dev.rivulet.inference.live;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Finds images of validation sets on {@code validation-batches}. It remembers where each batch
 * stands, not the batches.
 */
final class ValidationImages implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ValidationImages.class);
  private static final int FETCH_BYTES = 1 << 20;

  private final TopicPartition partition;
  private final TopicRecords records;
  private final Map<String, Long> offsets = new HashMap<>();
  private long next;

  ValidationImages(KafkaConnection kafka, String topic) {
    partition = new TopicPartition(topic, 0);
    records = new TopicRecords(kafka, FETCH_BYTES);
  }

  /**
   * The image as a PNG file.
   *
   * @param dataset the data set's id
   * @param index in its validation set, counted over all batches
   */
  synchronized Optional<byte[]> png(String dataset, int index) {
    // all batches but the last have the same size
    String key = ValidationBatch.key(dataset, index / ImageBatch.PART_IMAGES);
    if (!offsets.containsKey(key)) {
      next = records.each(partition, next, this::remember);
    }
    Optional<ConsumerRecord<byte[], byte[]>> found = at(key);
    if (found.isEmpty() && offsets.remove(key) != null) {
      // compaction has dropped it in favour of a newer one
      next = records.each(partition, next, this::remember);
      found = at(key);
    }
    return found.flatMap(record -> png(key, record, index % ImageBatch.PART_IMAGES));
  }

  private Optional<ConsumerRecord<byte[], byte[]>> at(String key) {
    return Optional.ofNullable(offsets.get(key))
        .flatMap(offset -> records.at(partition, offset))
        .filter(record -> record.value() != null && key.equals(key(record)));
  }

  private static Optional<byte[]> png(
      String key, ConsumerRecord<byte[], byte[]> record, int index) {
    try {
      ValidationBatch batch =
          ValidationBatch.fromRecord(
              new ConsumerRecord<>(
                  record.topic(), record.partition(), record.offset(), key, record.value()));
      return index < batch.content().size()
          ? Optional.of(Thumbnail.png(batch.content().images(), index))
          : Optional.empty();
    } catch (EventFormatException e) {
      LOG.warnf("an image cannot be shown: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      offsets.remove(key(record));
    } else {
      offsets.put(key(record), record.offset());
    }
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    records.close();
  }
}
