package dev.rivulet.inference.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.Waiting;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.network.ComputeDevice;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
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
  private String topic;
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
    topic = "checkpoints-" + topicCount++;
    producer = broker.connection().producer();
    consumer =
        new CheckpointConsumer(
            broker.connection(),
            topic,
            new CheckpointLoader(ComputeDevice.select("cpu", 1), 4, Clock.systemUTC()),
            live,
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

  private void createTopic() throws InterruptedException {
    Topics topics = Topics.named(role -> role.equals("checkpoints") ? topic : role);
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin).ensure(List.of(topics.checkpointsSpec()));
    }
  }

  private void publish(TinyCheckpoint checkpoint) throws Exception {
    producer.send(checkpoint.toRecord(topic)).get();
  }

  private void publish(String key, byte[] blob) throws Exception {
    producer.send(new ProducerRecord<>(topic, key, blob)).get();
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
