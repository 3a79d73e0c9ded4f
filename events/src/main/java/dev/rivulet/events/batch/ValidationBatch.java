package dev.rivulet.events.batch;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The event on {@code validation-batches}: a part of a data set's validation images, as they are.
 *
 * @param dataset the data set's id
 * @param index zero-based
 */
public record ValidationBatch(String dataset, int index, LabelledImages content) {

  /**
   * @throws IllegalArgumentException if the index is negative
   */
  public ValidationBatch {
    if (index < 0) {
      throw new IllegalArgumentException("index " + index);
    }
  }

  /** How many records a validation set of that many images has. */
  public static int count(int images) {
    return (images + ImageBatch.PART_IMAGES - 1) / ImageBatch.PART_IMAGES;
  }

  /** The record key: {@code dataset/index}. */
  public static String key(String dataset, int index) {
    return dataset + "/" + index;
  }

  public ProducerRecord<String, byte[]> toRecord(String topic) {
    // an ordered map, so that the same batch has the same bytes in every process
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("dataset", dataset);
    facts.put("index", String.valueOf(index));
    return new ProducerRecord<>(topic, key(dataset, index), content.toTensors(facts).toBytes());
  }

  /**
   * @throws EventFormatException if the record is no such event
   */
  public static ValidationBatch fromRecord(ConsumerRecord<String, byte[]> record) {
    try {
      if (record.value() == null) {
        throw new SafeTensorsException("no value");
      }
      SafeTensors tensors = SafeTensors.read(record.value());
      ValidationBatch batch =
          new ValidationBatch(
              tensors.metadata("dataset"),
              Math.toIntExact(tensors.metadataLong("index")),
              LabelledImages.fromTensors(tensors));
      if (!key(batch.dataset, batch.index).equals(record.key())) {
        throw new SafeTensorsException(
            "it says %s/%d, but its key %s".formatted(batch.dataset, batch.index, record.key()));
      }
      return batch;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new EventFormatException(
          "%s offset %d is not a validation batch: %s"
              .formatted(record.topic(), record.offset(), e.getMessage()),
          e);
    }
  }
}
