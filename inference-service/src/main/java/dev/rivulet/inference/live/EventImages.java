package dev.rivulet.inference.live;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.events.kafka.KafkaConnection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Finds image events on {@code images} and shows them as the network sees them. */
final class EventImages implements AutoCloseable {
  private static final int FETCH_BYTES = 64 << 10;

  private final String topic;
  private final TopicRecords records;
  private final ImageDecoder decoder = new ImageDecoder();

  EventImages(KafkaConnection kafka, String topic) {
    this.topic = topic;
    records = new TopicRecords(kafka, FETCH_BYTES);
  }

  /** The image event at that place as a PNG file; nothing if it is gone or no image. */
  Optional<byte[]> png(int partition, long offset) {
    Optional<ConsumerRecord<byte[], byte[]>> event =
        records.at(new TopicPartition(topic, partition), offset);
    return event.flatMap(record -> decoded(record.value()));
  }

  private Optional<byte[]> decoded(byte[] encoded) {
    try {
      return Optional.of(Thumbnail.png(decoder.decode(encoded), 0));
    } catch (ImageRejectedException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    records.close();
  }
}
