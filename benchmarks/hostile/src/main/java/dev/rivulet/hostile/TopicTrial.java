package dev.rivulet.hostile;

import dev.rivulet.events.Headers;
import dev.rivulet.events.kafka.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes inputs to the images topic and holds every outcome against its input. */
final class TopicTrial {
  private static final long LONGEST_SILENCE_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration POLL = Duration.ofMillis(200);

  private final ServiceUnderTest service;
  private final String prefix;
  private final IntFunction<HostileInput> inputs;
  private final int count;
  private final Outcomes outcomes;
  private final Map<String, String> places = new HashMap<>();
  private final Map<Integer, Integer> seen = new HashMap<>();

  TopicTrial(
      ServiceUnderTest service,
      String prefix,
      IntFunction<HostileInput> inputs,
      int count,
      Outcomes outcomes) {
    this.service = service;
    this.prefix = prefix;
    this.inputs = inputs;
    this.count = count;
    this.outcomes = outcomes;
  }

  void run() throws Exception {
    try (TopicReader predictions =
            TopicReader.fromEnd(service.kafka(), ServiceUnderTest.TOPICS.predictions());
        TopicReader rejections =
            TopicReader.fromEnd(service.kafka(), ServiceUnderTest.TOPICS.imagesRejected())) {
      publish();
      long heardNanos = System.nanoTime();
      while (seen.size() < count && System.nanoTime() - heardNanos < LONGEST_SILENCE_NANOS) {
        int before = seen.size();
        predictions.poll(POLL).forEach(record -> take(record, false));
        rejections.poll(POLL).forEach(record -> take(record, true));
        heardNanos = seen.size() > before ? System.nanoTime() : heardNanos;
      }
      // a second outcome would come after the first ones
      for (int i = 0; i < 10; i++) {
        predictions.poll(POLL).forEach(record -> take(record, false));
        rejections.poll(POLL).forEach(record -> take(record, true));
      }
    }
    outcomes.require(seen.size() == count, "inputs without an outcome", count - seen.size());
  }

  private void publish() throws Exception {
    String topic = ServiceUnderTest.TOPICS.images();
    try (KafkaProducer<String, byte[]> producer = service.kafka().producer()) {
      for (int i = 0; i < count; i++) {
        String key = prefix + i;
        producer.send(
            new ProducerRecord<>(topic, key, inputs.apply(i).bytes()),
            (sent, failure) -> {
              if (failure == null) {
                places.put(key, topic + "/" + sent.partition() + "/" + sent.offset());
              } else {
                outcomes.fault("not published", key + ": " + failure);
              }
            });
      }
      producer.flush();
    }
  }

  private void take(ConsumerRecord<String, byte[]> record, boolean rejected) {
    if (record.key() == null || !record.key().startsWith(prefix)) {
      outcomes.fault("an outcome without its key", record.topic() + "/" + record.offset());
      return;
    }
    int number = Integer.parseInt(record.key().substring(prefix.length()));
    outcomes.require(seen.merge(number, 1, Integer::sum) == 1, "two outcomes", record.key());
    HostileInput input = inputs.apply(number);
    if (!rejected) {
      outcomes.count(input.kind(), "prediction");
      String source = new String(record.value(), StandardCharsets.UTF_8);
      outcomes.require(source.contains("\"" + record.key() + "\""), "another id", record.key());
      return;
    }
    String reason = Headers.text(record.headers(), Headers.REASON);
    outcomes.count(input.kind(), reason);
    outcomes.require(!reason.equals("internal-error"), "internal error", record.key());
    outcomes.require(
        !Headers.text(record.headers(), Headers.ERROR).isBlank(), "no reason", record.key());
    outcomes.require(
        Headers.text(record.headers(), Headers.SOURCE).equals(places.get(record.key())),
        "another source",
        record.key());
    outcomes.require(Arrays.equals(record.value(), input.bytes()), "other bytes", record.key());
  }
}
