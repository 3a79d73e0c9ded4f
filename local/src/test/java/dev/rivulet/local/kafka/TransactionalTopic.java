package dev.rivulet.local.kafka;

import dev.rivulet.events.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** A fresh topic that a test writes to in transactions. */
final class TransactionalTopic implements AutoCloseable {
  private final String name = "topic-" + UUID.randomUUID();
  private final KafkaConnection kafka;
  private final KafkaProducer<String, byte[]> producer;

  TransactionalTopic(KafkaConnection kafka, int partitions) throws Exception {
    this.kafka = kafka;
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
          .all()
          .get();
    }
    producer = kafka.transactionalProducer(name);
    producer.initTransactions();
  }

  String name() {
    return name;
  }

  /** One transaction with a record per key; the values are the keys. */
  void commit(String... keys) throws Exception {
    producer.beginTransaction();
    send(keys);
    finish();
  }

  /** The same, aborted after the broker has the records. */
  void abort(String... keys) throws Exception {
    producer.beginTransaction();
    send(keys);
    producer.abortTransaction();
    awaitEnd();
  }

  /** The same, left open until the next call of {@link #finish}. */
  void begin(String... keys) throws Exception {
    producer.beginTransaction();
    send(keys);
  }

  void finish() throws Exception {
    producer.commitTransaction();
    awaitEnd();
  }

  void deleteBefore(long offset) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  /** The call that ends a transaction returns before its markers are in the topic's partitions. */
  private void awaitEnd() throws Exception {
    try (Admin admin = kafka.admin()) {
      while (!ends(admin, IsolationLevel.READ_COMMITTED)
          .equals(ends(admin, IsolationLevel.READ_UNCOMMITTED))) {
        Thread.sleep(5);
      }
    }
  }

  private Map<Integer, Long> ends(Admin admin, IsolationLevel isolation) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (PartitionInfo partition : producer.partitionsFor(name)) {
      latest.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest());
    }
    Map<Integer, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }

  private void send(String... keys) {
    for (String key : keys) {
      producer.send(new ProducerRecord<>(name, key, key.getBytes(StandardCharsets.UTF_8)));
    }
    producer.flush();
  }
}
