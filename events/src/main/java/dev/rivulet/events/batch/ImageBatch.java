package dev.rivulet.events.batch;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.Headers;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The event on {@code training-batches}: one part of a batch of freshly augmented images.
 *
 * <p>Parts hold at most {@link #PART_IMAGES} images, so that no batch size needs a broker with
 * raised limits, and records have the size that Kafka moves fastest.
 */
public record ImageBatch(Position position, LabelledImages content) {
  /** 786 KB a record. */
  public static final int PART_IMAGES = 256;

  /**
   * Where a record belongs.
   *
   * @param attempt the run's attempt that the record was published for
   * @param epoch from 1
   * @param batch zero-based within the epoch
   * @param part zero-based within the batch
   * @param parts how many parts the batch has
   */
  public record Position(String run, int attempt, int epoch, int batch, int part, int parts) {

    /**
     * @throws IllegalArgumentException if a value is outside its range
     */
    public Position {
      if (attempt < 0 || epoch < 1 || batch < 0 || part < 0 || part >= parts) {
        throw new IllegalArgumentException(
            "attempt %d, epoch %d, batch %d, part %d of %d is no place in a run"
                .formatted(attempt, epoch, batch, part, parts));
      }
    }

    /** Reads the record headers, not the value. */
    public static Position of(ConsumerRecord<String, byte[]> record) {
      try {
        return new Position(
            Headers.text(record.headers(), Headers.RUN),
            Headers.number(record.headers(), Headers.ATTEMPT),
            Headers.number(record.headers(), Headers.EPOCH),
            Headers.number(record.headers(), Headers.BATCH),
            Headers.number(record.headers(), Headers.PART),
            Headers.number(record.headers(), Headers.PARTS));
      } catch (IllegalArgumentException e) {
        throw ImageBatch.foreign(record, e);
      }
    }

    public boolean lastPart() {
      return part == parts - 1;
    }
  }

  /** The parts of a batch, in order. */
  public static List<ImageBatch> parts(
      String run, int attempt, int epoch, int batch, LabelledImages images) {
    int parts = Math.max(1, (images.size() + PART_IMAGES - 1) / PART_IMAGES);
    if (parts == 1) {
      return List.of(new ImageBatch(new Position(run, attempt, epoch, batch, 0, 1), images));
    }
    List<ImageBatch> all = new ArrayList<>(parts);
    for (int part = 0; part < parts; part++) {
      int from = part * PART_IMAGES;
      int to = Math.min(images.size(), from + PART_IMAGES);
      LabelledImages some = images.slice(from, to);
      all.add(new ImageBatch(new Position(run, attempt, epoch, batch, part, parts), some));
    }
    return all;
  }

  public ProducerRecord<String, byte[]> toRecord(String topic) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(Headers.RUN, position.run);
    facts.put(Headers.ATTEMPT, String.valueOf(position.attempt));
    facts.put(Headers.EPOCH, String.valueOf(position.epoch));
    facts.put(Headers.BATCH, String.valueOf(position.batch));
    facts.put(Headers.PART, String.valueOf(position.part));
    facts.put(Headers.PARTS, String.valueOf(position.parts));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, position.run, content.toTensors(facts).toBytes());
    facts.forEach((name, value) -> Headers.put(record.headers(), name, value));
    return record;
  }

  /**
   * @throws EventFormatException if the record is no such event
   */
  public static ImageBatch fromRecord(ConsumerRecord<String, byte[]> record) {
    Position position = Position.of(record);
    if (record.value() == null) {
      throw foreign(record, new EventFormatException("no value"));
    }
    try {
      return new ImageBatch(position, LabelledImages.fromTensors(SafeTensors.read(record.value())));
    } catch (SafeTensorsException e) {
      throw foreign(record, e);
    }
  }

  private static EventFormatException foreign(
      ConsumerRecord<String, byte[]> record, RuntimeException cause) {
    return new EventFormatException(
        "%s offset %d is not an image batch: %s"
            .formatted(record.topic(), record.offset(), cause.getMessage()),
        cause);
  }
}
