package dev.rivulet.local.replay;

import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.image.RejectionReason;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.local.CommandFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Publishes rejected or old images once more, with their keys and a header that tells where they
 * were found.
 *
 * <p>It reads up to the end that the topic has when it begins, so that it does not follow its own
 * images round and round; the result says where to begin next time. If it fails, some images may
 * have been sent that a new start from the place in its message sends once more.
 */
public final class ImageReplay {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int FETCH_BYTES = 4 << 20;
  private static final String UNKNOWN = "unknown";
  private static final String IMAGE = "image";

  private final KafkaConnection kafka;
  private final Topics topics;
  private final ReplayChoice choice;
  private final boolean dryRun;
  private final Map<String, Long> byReason = new TreeMap<>();
  private final Set<String> seen = new TreeSet<>();
  private final Map<Integer, Long> next = new TreeMap<>();
  private long images;
  private long gone;

  public ImageReplay(KafkaConnection kafka, Topics topics, ReplayChoice choice, boolean dryRun) {
    this.kafka = kafka;
    this.topics = topics;
    this.choice = choice;
    this.dryRun = dryRun;
  }

  /** Returns when all are published. */
  public ReplayResult run() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin).ensure(List.of(topics.imagesSpec(), topics.imagesRejectedSpec()));
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
            kafka.consumerOfAnyKeys(Map.of(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES));
        KafkaProducer<byte[], byte[]> producer = kafka.producerOfAnyKeys()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(choice.topic()).stream()
              .map(info -> new TopicPartition(choice.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      seek(consumer, partitions, ends);
      partitions.forEach(p -> next.put(p.partition(), consumer.position(p)));
      while (images < choice.limit()
          && partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        publish(producer, consumer.poll(POLL), ends);
      }
      if (images < choice.limit()) {
        ends.forEach((partition, end) -> next.put(partition.partition(), end));
      }
    }
    return new ReplayResult(
        choice.topic(), images, byReason, gone, seen, ReplayStart.text(next), dryRun);
  }

  private void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> timed =
        Optional.ofNullable(choice.start().time())
            .map(
                time ->
                    consumer.offsetsForTimes(
                        partitions.stream()
                            .collect(
                                Collectors.toMap(Function.identity(), p -> time.toEpochMilli()))))
            .orElse(Map.of());
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp found = timed.get(partition);
      long first =
          choice
              .start()
              .first(partition.partition())
              .orElseGet(() -> found == null ? ends.get(partition) : found.offset());
      consumer.seek(
          partition, Math.max(begins.get(partition), Math.min(first, ends.get(partition))));
    }
  }

  /** The image to publish, if this record is one of the chosen. */
  private Optional<ProducerRecord<byte[], byte[]>> choose(ConsumerRecord<byte[], byte[]> record) {
    boolean rejection = choice.topic().equals(topics.imagesRejected());
    String reason = rejection ? reason(record) : IMAGE;
    if (rejection) {
      seen.add(reason);
    }
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    if (choice.reason().filter(wanted -> !wanted.equals(reason)).isPresent()
        || choice.key().filter(wanted -> !wanted.equals(key)).isPresent()) {
      return Optional.empty();
    }
    if (rejection && record.value() == null && !reason.equals(RejectionReason.EMPTY.label())) {
      gone++;
      return Optional.empty();
    }
    images++;
    byReason.merge(reason, 1L, Long::sum);
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(topics.images(), record.key(), record.value());
    Headers.put(
        again.headers(),
        Headers.REPLAYED_FROM,
        record.topic() + "/" + record.partition() + "/" + record.offset());
    return Optional.of(again);
  }

  /** A rejection by somebody else may lack the header, or have an empty one. */
  private static String reason(ConsumerRecord<byte[], byte[]> rejection) {
    return Headers.find(rejection.headers(), Headers.REASON)
        .filter(reason -> !reason.isBlank())
        .orElse(UNKNOWN);
  }

  private void publish(
      KafkaProducer<byte[], byte[]> producer,
      ConsumerRecords<byte[], byte[]> found,
      Map<TopicPartition, Long> ends)
      throws InterruptedException {
    Map<Integer, Long> read = new TreeMap<>(next);
    List<Future<RecordMetadata>> sends = new ArrayList<>();
    long before = images;
    for (ConsumerRecord<byte[], byte[]> record : found) {
      if (images == choice.limit()
          || record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()))) {
        continue;
      }
      Optional<ProducerRecord<byte[], byte[]>> again = choose(record);
      read.put(record.partition(), record.offset() + 1);
      if (!dryRun) {
        again.map(producer::send).ifPresent(sends::add);
      }
    }
    try {
      for (Future<RecordMetadata> send : sends) {
        send.get();
      }
      next.putAll(read);
    } catch (ExecutionException e) {
      throw new CommandFailedException(
          "an image could not be published to %s after %,d were: %s; go on with --from %s"
              .formatted(
                  topics.images(), before, e.getCause().getMessage(), ReplayStart.text(next)),
          e);
    }
  }
}
