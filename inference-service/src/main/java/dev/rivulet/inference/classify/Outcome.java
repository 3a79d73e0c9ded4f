package dev.rivulet.inference.classify;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.prediction.Prediction;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What became of one image event; each has exactly one. */
sealed interface Outcome {

  /** The image event. */
  ConsumerRecord<byte[], byte[]> image();

  /** The event that tells it. */
  ProducerRecord<byte[], byte[]> toRecord(Topics topics);

  /** The image has been classified. */
  record Predicted(
      ConsumerRecord<byte[], byte[]> image, Classification classification, Instant predictedAt)
      implements Outcome {

    @Override
    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
      Prediction prediction =
          classification.toPrediction(
              id(image), Optional.of(source(image)), imageAt(), predictedAt);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topics.predictions(), image.key(), EventJson.write(prediction));
      Headers.put(record.headers(), Headers.RUN, prediction.model().run());
      Headers.put(record.headers(), Headers.EPOCH, prediction.model().epoch());
      return record;
    }

    /** The event's timestamp; now if it has none. */
    Instant imageAt() {
      return image.timestamp() < 0 ? predictedAt : Instant.ofEpochMilli(image.timestamp());
    }
  }

  /**
   * The image cannot be classified.
   *
   * @param reason a short label of a closed list
   * @param error what is wrong and what to do
   * @param copied whether key and bytes of the image go along; {@code source} always tells where
   *     they stand
   */
  record Rejected(ConsumerRecord<byte[], byte[]> image, String reason, String error, boolean copied)
      implements Outcome {

    @Override
    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              topics.imagesRejected(), copied ? image.key() : null, copied ? image.value() : null);
      Headers.put(record.headers(), Headers.REASON, reason);
      Headers.put(record.headers(), Headers.ERROR, error);
      Headers.put(record.headers(), Headers.SOURCE, source(image));
      return record;
    }
  }

  static Prediction.Source source(ConsumerRecord<byte[], byte[]> image) {
    return new Prediction.Source(image.topic(), image.partition(), image.offset());
  }

  /** The key as text, in hex if it is none; the event's place if there is no key. */
  static String id(ConsumerRecord<byte[], byte[]> image) {
    byte[] key = image.key();
    if (key == null || key.length == 0) {
      return source(image).toString();
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      // no text, and no mistake: any bytes are a key
      return HexFormat.of().formatHex(key);
    }
  }
}
