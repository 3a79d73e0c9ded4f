package dev.rivulet.inference.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.Waiting;
import dev.rivulet.inference.reload.FollowedSelection.Outcome;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.network.ComputeDevice;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointConsumerIT {
  private static TestBroker broker;
  private static int topicCount;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final LiveModel live = new LiveModel();
  private final FollowedSelection followed = new FollowedSelection();
  private Topics topics;
  private CheckpointConsumer consumer;
  private Thread thread;
  private KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() {
    String suffix = "-" + topicCount++;
    topics = Topics.named(role -> role + suffix);
    producer = broker.connection().producer();
    consumer =
        new CheckpointConsumer(
            broker.connection(),
            topics,
            new CheckpointLoader(ComputeDevice.select("cpu", 1), 4, Clock.systemUTC()),
            live,
            followed,
            new InferenceMetrics(registry));
    thread = new Thread(consumer, "checkpoints");
  }

  @AfterEach
  void close() throws InterruptedException {
    producer.close();
    consumer.close();
    thread.join();
    live.close();
  }

  @Test
  void loadsTheNewestAloneOfWhatIsThere() throws Exception {
    createTopic();
    for (int epoch = 1; epoch <= 20; epoch++) {
      publish(TinyCheckpoint.of("run", epoch));
    }
    delete(TinyCheckpoint.of("run", 3));
    thread.start();

    awaitEpoch(20);
    assertThat(reloads("loaded")).isEqualTo(1);
  }

  @Test
  void followsWhatComes() throws Exception {
    createTopic();
    thread.start();
    for (int epoch = 1; epoch <= 3; epoch++) {
      publish(TinyCheckpoint.of("run", epoch));
      awaitEpoch(epoch);
    }
    assertThat(reloads("loaded")).isEqualTo(3);
    assertThat(registry.find("rivulet.model.info").gauges())
        .singleElement()
        .satisfies(info -> assertThat(info.getId().getTag("epoch")).isEqualTo("3"));
    assertThat(registry.get("rivulet.model.epoch").gauge().value()).isEqualTo(3);
  }

  @Test
  void keepsServingWhenABadOneComes() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);

    byte[] flipped = TinyCheckpoint.of("run", 2).blob();
    flipped[flipped.length - 1] ^= 1;
    publish("run/2", flipped);
    publish("run/3", "no checkpoint at all".getBytes());
    Waiting.until(() -> reloads("refused") >= 2);
    assertThat(epoch()).isEqualTo(1);

    publish(TinyCheckpoint.of("run", 4));
    awaitEpoch(4);
  }

  @Test
  void refusesADamagedCopyOfWhatItServes() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);

    byte[] flipped = TinyCheckpoint.of("run", 1).blob();
    flipped[flipped.length - 1] ^= 1;
    publish("run/1", flipped);
    Waiting.until(() -> reloads("refused") == 1);
    assertThat(epoch()).isEqualTo(1);
  }

  @Test
  void goesBackToTheNewestGoodOneAfterARestart() throws Exception {
    createTopic();
    publish(TinyCheckpoint.of("run", 1));
    publish(TinyCheckpoint.of("run", 2));
    publish("run/3", new byte[100]);
    publish("run/4", TinyCheckpoint.of("run", 4).withWeight(0, Float.NaN).blob());
    thread.start();

    awaitEpoch(2);
    assertThat(reloads("loaded")).isEqualTo(1);
    assertThat(reloads("refused")).isEqualTo(2);
    publish(TinyCheckpoint.of("run", 5));
    awaitEpoch(5);
  }

  @Test
  void keepsServingACheckpointThatIsDeleted() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);
    delete(TinyCheckpoint.of("run", 1));
    publish("run/2", new byte[0]);
    Waiting.until(() -> reloads("refused") == 1);
    assertThat(epoch()).isEqualTo(1);
  }

  @Test
  void waitsForATopicThatDoesNotExistYet() throws Exception {
    thread.start();
    Thread.sleep(1_500);
    createTopic();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);
  }

  @Test
  void followsEachSelectionWithinASecond() throws Exception {
    createTopic();
    thread.start();
    for (int epoch = 1; epoch <= 5; epoch++) {
      publish(TinyCheckpoint.of("run", epoch).withAccuracy(epoch == 4 ? 0.9 : 0.5));
    }
    awaitEpoch(5);

    List<Duration> took = new ArrayList<>();
    took.add(select(pinned("run", 2), 2));
    took.add(select(ModelSelection.of(SelectionMode.BEST, Instant.now(), "test"), 4));
    took.add(select(pinned("run", 1), 1));
    took.add(select(ModelSelection.of(SelectionMode.NEWEST, Instant.now(), "test"), 5));
    took.add(select(pinned("run", 3), 3));

    assertThat(took).allMatch(duration -> duration.toMillis() < 1_000);
    assertThat(selectionGauge("pinned")).isEqualTo(1);
    assertThat(selections("followed")).isEqualTo(6);
    // the pinned one stays, whatever comes; without any selection it is the newest again
    publish(TinyCheckpoint.of("run", 6).withAccuracy(1));
    Waiting.until(() -> followed.state().checkpoints().all().size() == 6);
    assertThat(epoch()).isEqualTo(3);
    publishSelection(null);
    awaitEpoch(6);
  }

  @Test
  void keepsTheOldModelWhileThePinnedOneIsNotThere() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);
    publishSelection(pinned("run", 7));
    Waiting.until(() -> selections("absent") == 1);
    publish(TinyCheckpoint.of("run", 2));
    Waiting.until(() -> followed.state().checkpoints().all().size() == 2);

    assertThat(epoch()).isEqualTo(1);
    assertThat(selectionGauge("pinned")).isZero();
    assertThat(followed.state().outcome()).isEqualTo(Outcome.ABSENT);
    assertThat(followed.state().problem()).contains("checkpoint run/7 is not on the topic");

    publish(TinyCheckpoint.of("run", 7));
    awaitEpoch(7);
    Waiting.until(() -> selectionGauge("pinned") == 1);
    delete(TinyCheckpoint.of("run", 7));
    Waiting.until(() -> selections("absent") == 2);
    assertThat(epoch()).isEqualTo(7);
  }

  @Test
  void keepsTheOldModelWhileThePinnedOneIsCorrupt() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);
    byte[] flipped = TinyCheckpoint.of("run", 2).blob();
    flipped[flipped.length - 1] ^= 1;
    publishSelection(pinned("run", 2));
    publish("run/2", flipped);
    Waiting.until(() -> selections("refused") == 1);
    publish(TinyCheckpoint.of("run", 3));
    Waiting.until(() -> followed.state().checkpoints().all().size() == 3);

    assertThat(epoch()).isEqualTo(1);
    assertThat(reloads("refused")).isEqualTo(1);
    assertThat(followed.state().problem().orElseThrow()).contains("run/2 is refused, checksum");
  }

  @Test
  void goesBackToNoOlderOneThanItServes() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    publish(TinyCheckpoint.of("run", 2));
    awaitEpoch(2);
    // as a trainer does that keeps the newest alone
    try (KafkaProducer<String, byte[]> trainer =
        broker.connection().transactionalProducer("trainer")) {
      trainer.initTransactions();
      trainer.beginTransaction();
      trainer.send(new ProducerRecord<>(topics.checkpoints(), "run/3", new byte[100]));
      trainer.send(new ProducerRecord<>(topics.checkpoints(), "run/2", null));
      trainer.commitTransaction();
    }
    Waiting.until(() -> selections("refused") == 1);

    assertThat(epoch()).isEqualTo(2);
    assertThat(followed.state().problem().orElseThrow()).contains("run/3 is refused, format");
  }

  @Test
  void servesTheNewestIfItStartsWhileThePinnedOneIsGone() throws Exception {
    createTopic();
    publish(TinyCheckpoint.of("run", 1));
    publish(TinyCheckpoint.of("run", 2));
    publishSelection(pinned("old", 1));
    thread.start();

    awaitEpoch(2);
    Waiting.until(() -> followed.state().outcome() == Outcome.ABSENT);
    assertThat(reloads("loaded")).isEqualTo(1);
  }

  @Test
  void startsWithThePinnedOneAtOnce() throws Exception {
    createTopic();
    publishSelection(pinned("run", 1));
    publish(TinyCheckpoint.of("run", 1));
    publish(TinyCheckpoint.of("run", 2));
    thread.start();

    awaitEpoch(1);
    assertThat(reloads("loaded")).isEqualTo(1);
  }

  @Test
  void passesOverWhatIsNoSelection() throws Exception {
    createTopic();
    publish(TinyCheckpoint.of("run", 1));
    publish(TinyCheckpoint.of("run", 2));
    publishSelection(pinned("run", 1));
    for (String foreign : List.of("", "no JSON", "{\"mode\":\"pinned\"}")) {
      producer
          .send(
              new ProducerRecord<>(topics.modelSelection(), ModelSelection.KEY, foreign.getBytes()))
          .get();
    }
    thread.start();
    awaitEpoch(1);
  }

  @Test
  void refusesACheckpointUnderAnotherOnesKey() throws Exception {
    createTopic();
    thread.start();
    publish(TinyCheckpoint.of("run", 1));
    awaitEpoch(1);
    publish("run/2", TinyCheckpoint.of("run", 3).blob());
    Waiting.until(() -> reloads("refused") == 1);
    assertThat(epoch()).isEqualTo(1);
  }

  private Duration select(ModelSelection selection, int epoch) throws Exception {
    long startNanos = System.nanoTime();
    publishSelection(selection);
    while (epoch() != epoch && System.nanoTime() - startNanos < 10_000_000_000L) {
      Thread.sleep(1);
    }
    assertThat(epoch()).isEqualTo(epoch);
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    Waiting.until(() -> followed.state().selection().equals(selection));
    return took;
  }

  private static ModelSelection pinned(String run, int epoch) {
    return ModelSelection.pinned(run, epoch, Instant.now(), "test");
  }

  private void publishSelection(ModelSelection selection) throws Exception {
    byte[] json = selection == null ? null : EventJson.write(selection);
    producer.send(new ProducerRecord<>(topics.modelSelection(), ModelSelection.KEY, json)).get();
  }

  private double selectionGauge(String mode) {
    return registry.get("rivulet.model.selection").tag("mode", mode).gauge().value();
  }

  private double selections(String outcome) {
    return registry.find("rivulet.model.selections").tag("outcome", outcome).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private void createTopic() throws InterruptedException {
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin)
          .ensure(List.of(topics.checkpointsSpec(), topics.modelSelectionSpec()));
    }
  }

  private void publish(TinyCheckpoint checkpoint) throws Exception {
    producer.send(checkpoint.toRecord(topics.checkpoints())).get();
  }

  private void publish(String key, byte[] blob) throws Exception {
    producer.send(new ProducerRecord<>(topics.checkpoints(), key, blob)).get();
  }

  private void delete(TinyCheckpoint checkpoint) throws Exception {
    publish(checkpoint.description().key(), null);
  }

  private void awaitEpoch(int epoch) {
    Waiting.until(() -> epoch() == epoch);
  }

  private int epoch() {
    return live.current().map(model -> model.description().epoch()).orElse(0);
  }

  private double reloads(String outcome) {
    return registry.find("rivulet.model.reloads").tag("outcome", outcome).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
