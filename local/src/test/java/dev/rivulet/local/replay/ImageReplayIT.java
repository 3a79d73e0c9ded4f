package dev.rivulet.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.local.broker.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageReplayIT {
  private static TestBroker broker;
  private static KafkaConnection kafka;
  private static int topicCount;

  private Topics topics;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
    kafka = broker.connection();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    String suffix = "-" + topicCount++;
    topics = Topics.named(role -> role + suffix);
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin).ensure(List.of(topics.imagesSpec(), topics.imagesRejectedSpec()));
    }
  }

  @Test
  void saysThatNothingWasRejected() throws Exception {
    assertThat(replay(rejected(Optional.empty()), false).text()).contains("nothing to replay");
  }

  @Test
  void publishesExactlyWhatWasChosenWithKeyAndOrigin() throws Exception {
    reject("a", "corrupt", new byte[] {1});
    reject("b", "empty", null);
    reject(null, "corrupt", new byte[] {2});
    reject("gone", "internal-error", null);

    ReplayResult result = replay(rejected(Optional.empty()), false);

    assertThat(result.byReason()).isEqualTo(Map.of("corrupt", 2L, "empty", 1L));
    assertThat(result.gone()).isEqualTo(1);
    List<ConsumerRecord<String, byte[]>> images = images();
    assertThat(images).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("a", "b", null);
    assertThat(images)
        .extracting(image -> Headers.text(image.headers(), Headers.REPLAYED_FROM))
        .allMatch(origin -> origin.matches(topics.imagesRejected() + "/\\d/\\d"));
    assertThat(images)
        .filteredOn(image -> "a".equals(image.key()))
        .singleElement()
        .satisfies(image -> assertThat(image.value()).containsExactly(1));
  }

  @Test
  void takesAReasonThatSaysNothingForUnknown() throws Exception {
    reject("a", null, new byte[] {1});
    reject("b", " ", new byte[] {2});
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer.send(new ProducerRecord<>(topics.imagesRejected(), "c", new byte[] {3})).get();
    }

    ReplayResult result = replay(rejected(Optional.of("unknown")), false);

    assertThat(result.byReason()).isEqualTo(Map.of("unknown", 3L));
    assertThat(images()).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void choosesByReasonKeyAndLimitAndSendsNothingInADryRun() throws Exception {
    for (String key : List.of("a", "a", "b")) {
      reject(key, "corrupt", new byte[] {1});
    }
    reject("a", "unsupported", new byte[] {2});

    assertThat(replay(rejected(Optional.of("unsupported")), true).images()).isEqualTo(1);
    assertThat(images()).isEmpty();
    Optional<String> all = Optional.empty();
    String topic = topics.imagesRejected();
    assertThat(replay(ReplayChoice.of(topic, all, all, Optional.of("b"), 9), false).images())
        .isEqualTo(1);
    assertThat(replay(ReplayChoice.of(topic, all, all, all, 2), false).images()).isEqualTo(2);
    assertThat(images()).hasSize(3);
  }

  @Test
  void goesOnWhereTheLastOneEnded() throws Exception {
    reject("a", "corrupt", new byte[] {1});
    reject("b", "corrupt", new byte[] {1});
    ReplayResult first = replay(rejected(Optional.of("corrupt")), false);
    assertThat(first.images()).isEqualTo(2);
    reject("a", "corrupt", new byte[] {1});

    Optional<String> all = Optional.empty();
    ReplayResult second =
        replay(
            ReplayChoice.of(topics.imagesRejected(), all, Optional.of(first.next()), all, 9),
            false);

    assertThat(second.images()).isEqualTo(1);
    assertThat(images()).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("a", "b", "a");
  }

  @Test
  void goesOnBehindTheLastOneOfALimit() throws Exception {
    for (int i = 0; i < 5; i++) {
      reject("same partition", "corrupt", new byte[] {(byte) i});
    }
    Optional<String> all = Optional.empty();
    String topic = topics.imagesRejected();
    ReplayResult first = replay(ReplayChoice.of(topic, all, all, all, 2), false);
    ReplayResult rest =
        replay(ReplayChoice.of(topic, all, Optional.of(first.next()), all, 9), false);

    assertThat(rest.images()).isEqualTo(3);
    assertThat(images()).extracting(image -> (int) image.value()[0]).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void namesTheReasonsThatThereAre() throws Exception {
    reject("a", "corrupt", new byte[] {1});
    assertThat(replay(rejected(Optional.of("corupt")), false).text())
        .contains("nothing to replay")
        .contains("reasons there: corrupt");
  }

  @Test
  void sendsOldImagesOnceFromATime() throws Exception {
    // younger than the topic's retention: the broker may look for old ones at any moment
    Instant time = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
    long before = time.minusSeconds(4).toEpochMilli();
    long after = time.plusSeconds(4).toEpochMilli();
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer.send(new ProducerRecord<>(topics.images(), null, before, "old", new byte[1])).get();
      producer.send(new ProducerRecord<>(topics.images(), null, after, "new", new byte[1])).get();
    }
    Optional<String> from = Optional.of(time.toString());

    ReplayResult result =
        replay(
            ReplayChoice.of(topics.images(), Optional.empty(), from, Optional.empty(), 9), false);

    assertThat(result.images()).isEqualTo(1);
    assertThat(images())
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrder("old", "new", "new");
  }

  private ReplayChoice rejected(Optional<String> reason) {
    return ReplayChoice.of(
        topics.imagesRejected(), reason, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
  }

  private ReplayResult replay(ReplayChoice choice, boolean dryRun) throws Exception {
    return new ImageReplay(kafka, topics, choice, dryRun).run();
  }

  private void reject(String key, String reason, byte[] bytes) throws Exception {
    ProducerRecord<String, byte[]> rejection =
        new ProducerRecord<>(topics.imagesRejected(), key, bytes);
    rejection
        .headers()
        .add(Headers.REASON, reason == null ? null : reason.getBytes(StandardCharsets.UTF_8));
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer.send(rejection).get();
    }
  }

  private List<ConsumerRecord<String, byte[]>> images() {
    List<ConsumerRecord<String, byte[]>> images = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics.images())) {
      reader.readToEnd(images::add);
    }
    return images;
  }
}
