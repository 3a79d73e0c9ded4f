package dev.rivulet.inference.live;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.ValidationDetail;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Events as they come from the topics, for tests of what the live page makes of them. */
public final class LiveEvents {
  private static final Topics TOPICS = Topics.DEFAULT;

  private LiveEvents() {}

  public static EpochCompleted epoch(String run, int epoch, double loss, ValidationDetail detail) {
    return new EpochCompleted(
        run,
        epoch,
        100,
        "shapes",
        new LossAndAccuracy(loss, 0.5),
        new LossAndAccuracy(loss, 0.25),
        new PhaseSeconds(10, 1, 6, 2, 1),
        1_000,
        100,
        "CPU",
        32,
        0.002,
        1_234,
        Instant.parse("2026-01-31T12:00:00Z").plusSeconds(epoch),
        Optional.ofNullable(detail),
        Optional.empty());
  }

  static ConsumerRecord<byte[], byte[]> prediction(int partition, long offset, long atMillis) {
    Prediction prediction =
        new Prediction(
            "image-" + atMillis,
            "cat",
            0.75,
            Map.of("cat", 0.75, "dog", 0.25),
            new Prediction.Model("run", 3, "pets", 0.9, "0".repeat(64)),
            Optional.of(new Prediction.Source(TOPICS.images(), partition, offset)),
            Instant.ofEpochMilli(atMillis),
            Instant.ofEpochMilli(atMillis),
            0);
    return record(
        TOPICS.predictions(), partition, offset, atMillis, null, EventJson.write(prediction));
  }

  static ConsumerRecord<byte[], byte[]> rejection(long atMillis) {
    ConsumerRecord<byte[], byte[]> record =
        record(TOPICS.imagesRejected(), 0, 0, atMillis, null, new byte[3]);
    Headers.put(record.headers(), Headers.SOURCE, "images/0/7");
    Headers.put(record.headers(), Headers.ERROR, "it is no image");
    return record;
  }

  static ConsumerRecord<byte[], byte[]> event(String topic, String key, Object event) {
    return record(topic, 0, 0, 1_000, key, event == null ? null : EventJson.write(event));
  }

  static ConsumerRecord<byte[], byte[]> record(
      String topic, int partition, long offset, long atMillis, String key, byte[] value) {
    return new ConsumerRecord<>(
        topic,
        partition,
        offset,
        atMillis,
        TimestampType.CREATE_TIME,
        0,
        0,
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  static ValidationDetail detail(int mistakenIndex) {
    return new ValidationDetail(
        Optional.of(List.of(List.of(3, 1), List.of(0, 4))),
        List.of(new ValidationDetail.Mistake(mistakenIndex, 0, 1, 0.875)));
  }
}
