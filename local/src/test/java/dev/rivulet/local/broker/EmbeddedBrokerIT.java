package dev.rivulet.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.kafka.TopicSpec;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final TopicSpec TOPIC = Topics.DEFAULT.checkpointsSpec();

  @TempDir Path folder;

  @BeforeAll
  static void onlyWarnings() {
    ServerLogging.quiet();
  }

  @Test
  void survivesARestartOnAnotherPort() throws Exception {
    KafkaConnection before;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      before = KafkaConnection.to(broker.bootstrapServers());
      create(before);
      send(before, "kept");
      commitGroupOffset(before, 1);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      KafkaConnection after = KafkaConnection.to(broker.bootstrapServers());
      send(after, "new");

      assertThat(broker.bootstrapServers()).isNotEqualTo(before.bootstrapServers());
      assertThat(read(after)).containsExactly("kept", "new");
      assertThat(groupOffset(after)).isEqualTo(1);
    }
  }

  @Test
  void keepsTransactionsAcrossARestart() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
      create(kafka);
      try (KafkaProducer<String, byte[]> producer = kafka.transactionalProducer("writer")) {
        producer.initTransactions();
        transact(producer, "committed", true);
        transact(producer, "aborted", false);
      }
      // a writer that dies in mid-transaction
      KafkaProducer<String, byte[]> dying = kafka.transactionalProducer("writer");
      dying.initTransactions();
      dying.beginTransaction();
      dying.send(record("unfinished")).get();
      dying.close(Duration.ZERO);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
      try (KafkaProducer<String, byte[]> successor = kafka.transactionalProducer("writer")) {
        successor.initTransactions();
        transact(successor, "successor", true);
      }

      assertThat(read(kafka)).containsExactly("committed", "successor");
    }
  }

  @Test
  void takesARecordOfThirtyMegabytes() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
      create(kafka);
      byte[] large = new byte[30_000_000];
      try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
        long offset =
            producer.send(new ProducerRecord<>(TOPIC.name(), "large", large)).get().offset();

        assertThat(offset).isZero();
      }
    }
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("port %d of 127.0.0.1 is in use", taken.getLocalPort());
    }
  }

  @Test
  void leavesAFolderAloneThatAnotherBrokerUses() throws Exception {
    try (EmbeddedBroker first = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT)) {
      KafkaConnection kafka = KafkaConnection.to(first.bootstrapServers());
      create(kafka);

      assertThatThrownBy(() -> EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT))
          .hasMessageContaining("lock");
      send(kafka, "still there");
      assertThat(read(kafka)).containsExactly("still there");
    }
  }

  private static void create(KafkaConnection kafka) throws Exception {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin).ensure(List.of(TOPIC));
    }
  }

  private static ProducerRecord<String, byte[]> record(String text) {
    return new ProducerRecord<>(TOPIC.name(), text, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(KafkaConnection kafka, String text) throws Exception {
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer.send(record(text)).get();
    }
  }

  private static void transact(KafkaProducer<String, byte[]> producer, String text, boolean commit)
      throws Exception {
    producer.beginTransaction();
    producer.send(record(text)).get();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private static List<String> read(KafkaConnection kafka) {
    List<String> values = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, TOPIC.name())) {
      reader.readToEnd((ConsumerRecord<String, byte[]> record) -> values.add(record.key()));
    }
    return values;
  }

  private static void commitGroupOffset(KafkaConnection kafka, long offset) {
    try (KafkaConsumer<String, byte[]> consumer = kafka.consumer(Map.of("group.id", "group"))) {
      consumer.assign(List.of(new TopicPartition(TOPIC.name(), 0)));
      consumer.commitSync(
          Map.of(new TopicPartition(TOPIC.name(), 0), new OffsetAndMetadata(offset)));
    }
  }

  private static long groupOffset(KafkaConnection kafka) throws Exception {
    try (Admin admin = kafka.admin()) {
      return admin
          .listConsumerGroupOffsets("group")
          .partitionsToOffsetAndMetadata()
          .get()
          .get(new TopicPartition(TOPIC.name(), 0))
          .offset();
    }
  }
}
