package dev.rivulet.inference.live;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.prediction.Prediction;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What became of one image event, as the live page lists it.
 *
 * @param id of the image, shortened if it is long
 * @param partition of the topic {@code images}, where the image itself stands
 * @param picture a PNG file; absent if a page has to ask for it
 * @param at when it was classified or rejected
 * @param label absent if it was rejected
 * @param error absent if it was classified
 */
record ImageNews(
    String id,
    Optional<Integer> partition,
    Optional<Long> offset,
    Optional<byte[]> picture,
    Instant at,
    Optional<String> label,
    Optional<Double> confidence,
    Optional<String> run,
    Optional<Integer> epoch,
    Optional<Double> latencyMillis,
    Optional<String> error) {
  private static final int MAX_TEXT = 200;

  /**
   * @param imagesTopic where images come from; one from elsewhere cannot be shown
   * @throws EventFormatException if the record is no prediction
   */
  static ImageNews predicted(ConsumerRecord<byte[], byte[]> record, String imagesTopic) {
    Prediction prediction = EventJson.read(record.value(), Prediction.class);
    Optional<Prediction.Source> source =
        prediction
            .source()
            .filter(place -> place.topic().equals(imagesTopic))
            // anybody may have written it
            .filter(place -> place.partition() >= 0 && place.offset() >= 0);
    return new ImageNews(
        shortened(prediction.id()),
        source.map(Prediction.Source::partition),
        source.map(Prediction.Source::offset),
        Optional.empty(),
        prediction.predictedAt(),
        Optional.of(prediction.label()),
        Optional.of(prediction.confidence()),
        Optional.of(prediction.model().run()),
        Optional.of(prediction.model().epoch()),
        Optional.of(prediction.latencyMillis()),
        Optional.empty());
  }

  /**
   * @throws EventFormatException if the record is no rejection
   */
  static ImageNews rejected(ConsumerRecord<byte[], byte[]> record) {
    return new ImageNews(
        shortened(Headers.text(record.headers(), Headers.SOURCE)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.ofEpochMilli(record.timestamp()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(shortened(Headers.text(record.headers(), Headers.ERROR))));
  }

  ImageNews with(Optional<byte[]> image) {
    return new ImageNews(
        id, partition, offset, image, at, label, confidence, run, epoch, latencyMillis, error);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
