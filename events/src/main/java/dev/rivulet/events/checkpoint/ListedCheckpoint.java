package dev.rivulet.events.checkpoint;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A checkpoint that is on the topic: where it stands and what it says of itself, without its
 * weights.
 *
 * @param key the record's key, {@code run/epoch}
 * @param publishedAt the record's timestamp
 * @param description nothing if it is unreadable or speaks of another checkpoint than the key
 */
public record ListedCheckpoint(
    String key, long offset, Instant publishedAt, Optional<ModelDescription> description) {

  static ListedCheckpoint of(ConsumerRecord<String, byte[]> record) {
    return new ListedCheckpoint(
        record.key(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        describe(record.value()).filter(model -> model.key().equals(record.key())));
  }

  /** Whoever loads it finds the same fault and says so. */
  private static Optional<ModelDescription> describe(byte[] blob) {
    try {
      return Optional.of(ModelDescription.fromMetadata(SafeTensors.read(blob)));
    } catch (SafeTensorsException e) {
      return Optional.empty();
    }
  }
}
