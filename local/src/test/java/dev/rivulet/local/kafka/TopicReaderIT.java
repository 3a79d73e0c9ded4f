package dev.rivulet.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.local.broker.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopicReaderIT {
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
  void readsToTheEndOverMarkersAndAbortedTransactions() throws Exception {
    try (TransactionalTopic topic = topic(1);
        TopicReader reader = TopicReader.fromBeginning(broker.connection(), topic.name())) {
      topic.commit("a", "b");
      topic.abort("x");
      topic.commit("c");
      topic.abort("y", "z");

      assertThat(readToEnd(reader)).containsExactly("a", "b", "c");
      assertThat(readToEnd(reader)).isEmpty();
      topic.abort("y");
      topic.commit("d");
      assertThat(readToEnd(reader)).containsExactly("d");
    }
  }

  @Test
  void endsAtOnceWhereNothingIsOrNothingIsCommitted() throws Exception {
    try (TransactionalTopic topic = topic(1);
        TopicReader reader = TopicReader.fromBeginning(broker.connection(), topic.name())) {
      assertThat(readToEnd(reader)).isEmpty();
      topic.abort("x", "y");
      assertThat(readToEnd(reader)).isEmpty();
      topic.begin("open");
      assertThat(readToEnd(reader)).isEmpty();
      topic.finish();
      assertThat(readToEnd(reader)).containsExactly("open");
    }
  }

  @Test
  void readsAllPartitionsAndMoreThanOnePollHolds() throws Exception {
    String[] keys = IntStream.range(0, 2_000).mapToObj(String::valueOf).toArray(String[]::new);
    try (TransactionalTopic topic = topic(3);
        TopicReader reader = TopicReader.fromBeginning(broker.connection(), topic.name())) {
      topic.commit(keys);

      assertThat(readToEnd(reader)).containsExactlyInAnyOrder(keys);
    }
  }

  @Test
  void startsAtTheOldestRecordThatIsLeft() throws Exception {
    try (TransactionalTopic topic = topic(1)) {
      topic.commit("a", "b", "c");
      topic.deleteBefore(2);
      try (TopicReader reader = TopicReader.fromBeginning(broker.connection(), topic.name())) {
        assertThat(readToEnd(reader)).containsExactly("c");
      }
      topic.deleteBefore(4);
      try (TopicReader reader = TopicReader.fromBeginning(broker.connection(), topic.name())) {
        assertThat(readToEnd(reader)).isEmpty();
      }
    }
  }

  @Test
  void missesNothingThatComesAfterItWasOpenedAtTheEnd() throws Exception {
    try (TransactionalTopic topic = topic(2)) {
      topic.commit("before");
      try (TopicReader reader = TopicReader.fromEnd(broker.connection(), topic.name())) {
        topic.commit("after 1", "after 2");

        List<String> keys = new ArrayList<>();
        while (keys.size() < 2) {
          reader.poll(Duration.ofMillis(100)).forEach(record -> keys.add(record.key()));
        }
        assertThat(keys).containsExactlyInAnyOrder("after 1", "after 2");
      }
    }
  }

  @Test
  void saysThatATopicIsMissing() {
    assertThatThrownBy(() -> TopicReader.fromBeginning(broker.connection(), "missing"))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void wakesUpFromAPoll() throws Exception {
    try (TransactionalTopic topic = topic(1);
        TopicReader reader = TopicReader.fromEnd(broker.connection(), topic.name())) {
      CompletableFuture<Void> other = CompletableFuture.runAsync(reader::wakeup);

      assertThatThrownBy(() -> reader.poll(Duration.ofSeconds(50)))
          .isInstanceOf(WakeupException.class);
      other.join();
    }
  }

  private static TransactionalTopic topic(int partitions) throws Exception {
    return new TransactionalTopic(broker.connection(), partitions);
  }

  private static List<String> readToEnd(TopicReader reader) {
    List<String> keys = new ArrayList<>();
    reader.readToEnd(record -> keys.add(record.key()));
    return keys;
  }
}
