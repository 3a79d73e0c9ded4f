package dev.rivulet.inference.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TestImages;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.Waiting;
import dev.rivulet.inference.reload.CheckpointLoader;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.ServedModel;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageEventLoopIT {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final int BREAKS_THE_ENGINE = 99;

  private static TestBroker broker;
  private static int testCount;

  private final int test = testCount++;
  private final Topics topics = Topics.named(role -> role + "-" + test);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final InferenceMetrics metrics = new InferenceMetrics(registry);
  private final LiveModel live = new LiveModel();
  private final MicroBatcher batcher = new MicroBatcher(live, 32, Duration.ofMillis(5), metrics);
  private final ImageClassifier classifier = new ImageClassifier(new ImageDecoder(), batcher, 2);
  private final CheckpointLoader loader =
      new CheckpointLoader(ComputeDevice.select("cpu", 1), 16, Clock.systemUTC());
  private final List<Running> started = new ArrayList<>();
  private final List<Throwable> engineDied = new CopyOnWriteArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;

  private record Running(ImageEventLoop loop, Thread thread, List<Throwable> died) {
    void stop() throws InterruptedException {
      loop.close();
      thread.join();
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() throws Exception {
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(topics.imagesSpec(), topics.predictionsSpec(), topics.imagesRejectedSpec()));
    }
    producer = TestImages.producer(broker.connection());
    batcher.start(2, 16, (thread, why) -> engineDied.add(why));
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    for (Running running : started) {
      running.stop();
    }
    classifier.close();
    batcher.close();
    live.close();
  }

  @Test
  void letsEventsWaitForTheFirstCheckpoint() throws Exception {
    publish("early", TestImages.png(1));
    Running running = start(8);
    assertThat(outcomes(0)).isEmpty();
    assertThat(running.loop.trouble()).isPresent();

    serve(1);
    ConsumerRecord<byte[], byte[]> outcome = outcomes(1).get(0);
    Waiting.until(() -> running.loop.trouble().isEmpty());

    assertThat(outcome.topic()).isEqualTo(topics.predictions());
    assertThat(outcome.key()).isEqualTo("early".getBytes(StandardCharsets.UTF_8));
    assertThat(Headers.text(outcome.headers(), Headers.RUN)).isEqualTo("run");
    assertThat(Headers.number(outcome.headers(), Headers.EPOCH)).isEqualTo(1);
    Prediction prediction = EventJson.read(outcome.value(), Prediction.class);
    assertThat(prediction.id()).isEqualTo("early");
    assertThat(prediction.probabilities().keySet())
        .containsExactlyElementsOf(TinyCheckpoint.CLASSES);
    assertThat(prediction.probabilities().values().stream().mapToDouble(p -> p).sum())
        .isBetween(0.999, 1.001);
    assertThat(prediction.confidence())
        .isEqualTo(prediction.probabilities().get(prediction.label()));
    assertThat(prediction.source().orElseThrow().topic()).isEqualTo(topics.images());
    assertThat(prediction.latencyMillis()).isPositive();
  }

  @Test
  void givesEachImageOneOutcomeThroughReloadsAndARestart() throws Exception {
    serve(1);
    Running first = start(8);
    Map<String, Boolean> goodByKey = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      goodByKey.put("image-" + i, publishMixed(i));
    }
    serve(2);
    Waiting.until(() -> classified() > 20);
    first.stop();
    start(8);
    for (int i = 100; i < 200; i++) {
      goodByKey.put("image-" + i, publishMixed(i));
    }
    Waiting.until(() -> classified() > 120);
    serve(3);

    List<ConsumerRecord<byte[], byte[]>> outcomes = outcomes(200);
    assertThat(outcomes).hasSize(200);
    Set<String> keys = new TreeSet<>();
    Set<Integer> epochs = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> outcome : outcomes) {
      String key = new String(outcome.key(), StandardCharsets.UTF_8);
      boolean predicted = outcome.topic().equals(topics.predictions());
      assertThat(predicted).as(key).isEqualTo(goodByKey.get(key));
      assertThat(keys.add(key)).as("first outcome of %s", key).isTrue();
      if (predicted) {
        epochs.add(Headers.number(outcome.headers(), Headers.EPOCH));
      } else {
        assertThat(Headers.text(outcome.headers(), Headers.ERROR)).isNotBlank();
        assertThat(Headers.text(outcome.headers(), Headers.SOURCE))
            .startsWith(topics.images() + "/");
      }
    }
    assertThat(keys).isEqualTo(new TreeSet<>(goodByKey.keySet()));
    assertThat(epochs.size()).isGreaterThan(1);
  }

  @Test
  void sharesTheEventsWithASecondReplicaThatComesAndGoes() throws Exception {
    serve(1);
    start(4);
    for (int i = 0; i < 150; i++) {
      publishMixed(i);
    }
    Running second = start(4);
    for (int i = 150; i < 300; i++) {
      publishMixed(i);
    }
    Waiting.until(() -> second.loop.trouble().isEmpty());
    for (int i = 300; i < 400; i++) {
      publishMixed(i);
    }
    second.stop();
    for (int i = 400; i < 500; i++) {
      publishMixed(i);
    }
    List<ConsumerRecord<byte[], byte[]>> outcomes = outcomes(500);
    assertThat(outcomes).hasSize(500);
    assertThat(outcomes.stream().map(outcome -> new String(outcome.key())).distinct()).hasSize(500);
  }

  @Test
  void keepsTheOrderOfAKey() throws Exception {
    serve(1);
    for (int i = 0; i < 60; i++) {
      publish("key-" + i % 3, TestImages.png(i));
    }
    start(7);
    List<ConsumerRecord<byte[], byte[]>> outcomes = outcomes(60);
    Map<String, Long> lastOffset = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> outcome : outcomes) {
      Prediction prediction = EventJson.read(outcome.value(), Prediction.class);
      long offset = prediction.source().orElseThrow().offset();
      Long before = lastOffset.put(prediction.id(), offset);
      assertThat(before == null || before < offset).as("%s in order", prediction.id()).isTrue();
    }
    assertThat(lastOffset).hasSize(3);
  }

  @Test
  void rejectsWhatCannotBeReadWithReasonAndOriginalBytes() throws Exception {
    serve(1);
    start(8);
    byte[] text = "not an image".getBytes(StandardCharsets.UTF_8);
    publish("text", text);
    publish("empty", new byte[0]);
    publish("null", null);

    Map<String, ConsumerRecord<byte[], byte[]>> byKey = new HashMap<>();
    outcomes(3).forEach(outcome -> byKey.put(new String(outcome.key()), outcome));
    assertThat(byKey.values()).allMatch(record -> record.topic().equals(topics.imagesRejected()));
    assertThat(reason(byKey.get("text"))).isEqualTo("unknown-format");
    assertThat(byKey.get("text").value()).isEqualTo(text);
    assertThat(reason(byKey.get("empty"))).isEqualTo("empty");
    assertThat(reason(byKey.get("null"))).isEqualTo("empty");
    assertThat(byKey.get("null").value()).isNull();
  }

  @Test
  void namesImagesByTheirKeyWhateverItIs() throws Exception {
    serve(1);
    start(8);
    send(null, TestImages.png(1));
    send(new byte[] {(byte) 0xff, 1}, TestImages.png(2));
    send("Größe".getBytes(StandardCharsets.UTF_8), TestImages.png(3));
    List<String> ids =
        outcomes(3).stream()
            .map(outcome -> EventJson.read(outcome.value(), Prediction.class).id())
            .toList();
    assertThat(ids).contains("ff01", "Größe").anyMatch(id -> id.startsWith(topics.images() + "/"));
  }

  @Test
  void goesOnBehindImagesWhoseOutcomeIsTooLargeToWrite() throws Exception {
    serve(1);
    // a prediction repeats the key; as large as the topic predictions allows it cannot be
    byte[] hugeKey = new byte[2 << 20];
    Arrays.fill(hugeKey, (byte) 'k');
    send(hugeKey, TestImages.png(1));
    // fits into images to the last bytes, but not into images-rejected with the reason added
    send("huge".getBytes(StandardCharsets.UTF_8), new byte[Topics.MAX_IMAGE_RECORD_BYTES - 100]);
    for (int i = 0; i < 20; i++) {
      publish("small-" + i, TestImages.png(i));
    }
    start(8);

    List<ConsumerRecord<byte[], byte[]>> outcomes = outcomes(22);
    assertThat(outcomes).hasSize(22);
    assertThat(outcomes.stream().filter(outcome -> outcome.topic().equals(topics.predictions())))
        .as("no innocent image is rejected")
        .hasSize(20)
        .allMatch(outcome -> new String(outcome.key()).startsWith("small"));
    assertThat(outcomes)
        .anySatisfy(
            outcome -> {
              assertThat(outcome.key()).isEqualTo(hugeKey);
              assertThat(reason(outcome)).isEqualTo("internal-error");
            })
        .anySatisfy(
            outcome -> {
              assertThat(outcome.key()).isNull();
              assertThat(outcome.value()).isNull();
              assertThat(reason(outcome)).isEqualTo("too-many-bytes");
            });
  }

  @Test
  void rejectsTheOneImageThatTheEngineFailsFor() throws Exception {
    serve(image -> image == BREAKS_THE_ENGINE);
    publish("good", raw(1));
    publish("bad", raw(BREAKS_THE_ENGINE));
    publish("better", raw(2));
    start(8);

    Map<String, ConsumerRecord<byte[], byte[]>> byKey = new HashMap<>();
    outcomes(3).forEach(outcome -> byKey.put(new String(outcome.key()), outcome));
    assertThat(byKey.get("bad").topic()).isEqualTo(topics.imagesRejected());
    assertThat(reason(byKey.get("bad"))).isEqualTo("internal-error");
    assertThat(byKey.get("good").topic()).isEqualTo(topics.predictions());
    assertThat(byKey.get("better").topic()).isEqualTo(topics.predictions());
  }

  @Test
  void leavesImagesInKafkaWhenTheEngineFailsForAll() throws Exception {
    serve(image -> true);
    for (int i = 0; i < 20; i++) {
      publish("image-" + i, raw(i));
    }
    Running broken = start(4);
    Waiting.until(() -> !broken.thread.isAlive());
    assertThat(broken.died).singleElement().isInstanceOf(ClassifierStoppedException.class);
    Waiting.until(() -> !engineDied.isEmpty());
    assertThat(outcomes(0)).isEmpty();

    serve(1);
    try (MicroBatcher next = new MicroBatcher(live, 32, Duration.ofMillis(5), metrics);
        ImageClassifier well = new ImageClassifier(new ImageDecoder(), next, 2)) {
      next.start(1, 16, (thread, why) -> engineDied.add(why));
      Running restarted = start(4, well);
      assertThat(outcomes(20))
          .hasSize(20)
          .allMatch(outcome -> outcome.topic().equals(topics.predictions()));
      restarted.stop();
    }
  }

  @Test
  void saysWhyKafkaTakesNoOutcomesAndGoesOnWhenItDoes() throws Exception {
    serve(1);
    // what has no key cannot be written to a topic that keeps the newest record of each
    setCleanupPolicy(topics.predictions(), "compact");
    send(null, TestImages.png(1));
    Running running = start(8);
    Waiting.until(() -> running.loop.trouble().orElse("").contains("refused the outcomes"));
    assertThat(running.loop.trouble().orElseThrow()).contains("without key");
    assertThat(outcomes(0)).isEmpty();

    setCleanupPolicy(topics.predictions(), "delete");
    assertThat(outcomes(1)).hasSize(1);
    Waiting.until(() -> running.loop.trouble().isEmpty());
  }

  private void setCleanupPolicy(String topic, String policy) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry entry = new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, policy);
    try (Admin admin = broker.connection().admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private Running start(int maxImages) {
    return start(maxImages, classifier);
  }

  private Running start(int maxImages, ImageClassifier classifier) {
    ImageEventLoop loop =
        new ImageEventLoop(broker.connection(), topics, live, classifier, metrics, maxImages);
    Running running =
        new Running(
            loop, new Thread(loop, "image-events-" + started.size()), new CopyOnWriteArrayList<>());
    running.thread.setUncaughtExceptionHandler((thread, why) -> running.died.add(why));
    started.add(running);
    running.thread.start();
    return running;
  }

  private void serve(int epoch) {
    live.swap(loader.load(TinyCheckpoint.of("run", epoch).blob()));
  }

  /** A model that is no match for some images, by their first byte. */
  private void serve(IntPredicate fails) {
    live.swap(
        new ServedModel(
            TinyCheckpoint.of("run", 1).description(),
            (images, n) -> {
              float[][] answers = new float[n][];
              for (int i = 0; i < n; i++) {
                if (fails.test(images[i * NetworkConfig.IMAGE_BYTES])) {
                  throw new IllegalStateException("engine trouble");
                }
                answers[i] = new float[] {0.1f, 0.7f, 0.1f, 0.1f};
              }
              return answers;
            },
            () -> {},
            Instant.EPOCH));
  }

  /** An image of one grey. */
  private static byte[] raw(int grey) {
    byte[] pixels = new byte[NetworkConfig.IMAGE_BYTES];
    Arrays.fill(pixels, (byte) grey);
    return pixels;
  }

  /** Publishes image i; every seventh is broken. True if it is good. */
  private boolean publishMixed(int i) throws Exception {
    byte[] bytes = TestImages.png(i);
    boolean good = i % 7 != 3;
    publish("image-" + i, good ? bytes : Arrays.copyOf(bytes, bytes.length / 2));
    return good;
  }

  private void publish(String key, byte[] value) throws Exception {
    send(key.getBytes(StandardCharsets.UTF_8), value);
  }

  private void send(byte[] key, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topics.images(), key, value)).get();
  }

  private double classified() {
    return registry.find("rivulet.images.classified").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /**
   * All committed outcomes: at least that many, unless they do not come, and whatever else comes
   * soon after.
   */
  private List<ConsumerRecord<byte[], byte[]>> outcomes(int expected) {
    List<ConsumerRecord<byte[], byte[]>> outcomes = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        broker.connection().consumerOfAnyKeys(Map.of("group.id", "test-" + System.nanoTime()))) {
      consumer.subscribe(List.of(topics.predictions(), topics.imagesRejected()));
      Waiting.until(
          () -> {
            consumer.poll(Duration.ofMillis(200)).forEach(outcomes::add);
            return outcomes.size() >= expected;
          });
      long endNanos = System.nanoTime() + QUIET.toNanos();
      while (System.nanoTime() - endNanos < 0) {
        consumer.poll(Duration.ofMillis(200)).forEach(outcomes::add);
      }
    }
    return outcomes;
  }

  private static String reason(ConsumerRecord<byte[], byte[]> outcome) {
    return Headers.text(outcome.headers(), Headers.REASON);
  }
}
