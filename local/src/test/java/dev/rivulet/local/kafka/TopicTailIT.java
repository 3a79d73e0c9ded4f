package dev.rivulet.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.local.broker.TestBroker;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopicTailIT {
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void findsTheLastCommittedRecordOverAnAbortedTail() throws Exception {
    try (TransactionalTopic topic = topic()) {
      topic.commit("run", "run");
      topic.commit("run");
      for (int i = 0; i < 20; i++) {
        topic.abort("run", "run", "run");
      }

      assertThat(last(topic, "run").orElseThrow().offset()).isEqualTo(3);
    }
  }

  @Test
  void findsAKeyFarBehindManyOthers() throws Exception {
    String[] others = IntStream.range(0, 3_000).mapToObj(i -> "r" + i).toArray(String[]::new);
    try (TransactionalTopic topic = topic()) {
      topic.commit("run", "run");
      topic.commit(others);

      assertThat(last(topic, "run").orElseThrow().offset()).isEqualTo(1);
      assertThat(last(topic, "r2999").orElseThrow().offset()).isEqualTo(3_002);
      assertThat(last(topic, "r0").orElseThrow().offset()).isEqualTo(3);
      assertThat(last(topic, "unknown")).isEmpty();
    }
  }

  @Test
  void looksAtFewRecordsIfTheLastOneIsWanted() throws Exception {
    String[] many = IntStream.range(0, 1_000).mapToObj(i -> "run").toArray(String[]::new);
    AtomicInteger looked = new AtomicInteger();
    try (TransactionalTopic topic = topic()) {
      topic.commit(many);

      Optional<ConsumerRecord<String, byte[]>> last =
          new TopicTail(broker.connection())
              .findLast(topic.name(), record -> looked.incrementAndGet() > 0);

      assertThat(last.orElseThrow().offset()).isEqualTo(999);
      assertThat(looked).hasValueLessThan(10);
    }
  }

  @Test
  void findsNothingWhereNothingIsCommitted() throws Exception {
    try (TransactionalTopic topic = topic()) {
      assertThat(last(topic, "run")).isEmpty();
      topic.abort("run");
      assertThat(last(topic, "run")).isEmpty();
      topic.begin("run");
      assertThat(last(topic, "run")).isEmpty();
      topic.finish();
      assertThat(last(topic, "run").orElseThrow().offset()).isEqualTo(2);
    }
  }

  @Test
  void findsNothingThatHasBeenDeleted() throws Exception {
    try (TransactionalTopic topic = topic()) {
      topic.commit("run", "other", "other", "other");
      topic.deleteBefore(1);
      assertThat(last(topic, "run")).isEmpty();
      assertThat(last(topic, "other").orElseThrow().offset()).isEqualTo(3);
      topic.deleteBefore(5);
      assertThat(last(topic, "other")).isEmpty();
    }
  }

  private static TransactionalTopic topic() throws Exception {
    return new TransactionalTopic(broker.connection(), 1);
  }

  private static Optional<ConsumerRecord<String, byte[]>> last(
      TransactionalTopic topic, String key) {
    return new TopicTail(broker.connection())
        .findLast(topic.name(), record -> key.equals(record.key()));
  }
}
