package dev.rivulet.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.broker.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEventsIT {
  private static TestBroker broker;
  private static int topicCount;

  @TempDir Path folder;

  private Topics topics;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void nameTopics() {
    String suffix = "-" + topicCount++;
    topics = Topics.named(role -> role + suffix);
  }

  @Test
  void listsNothingBeforeTheFirstCheckpoint() throws Exception {
    try (ModelEvents models = read()) {
      assertThat(models.list().models()).isEmpty();
      assertThat(models.list().selection()).isEqualTo(ModelSelection.DEFAULT);
      assertThat(models.select(SelectionMode.BEST, "test").model()).isEmpty();
      assertThatThrownBy(() -> models.rollBack("test"))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("no checkpoint");
    }
  }

  @Test
  void pinsGoesBackAndLetsGo() throws Exception {
    for (int epoch = 1; epoch <= 4; epoch++) {
      publish("run/" + epoch, SampleModels.blob("run", epoch));
    }
    assertSelected("run@4");
    try (ModelEvents models = read()) {
      assertThat(models.pin("run", Optional.of(2), "test").model().orElseThrow().name())
          .isEqualTo("run@2");
    }
    assertSelected("run@2");
    rollBack();
    assertSelected("run@1");
    assertThatThrownBy(this::rollBack)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("run/1 is the oldest");
    try (ModelEvents models = read()) {
      models.select(SelectionMode.BEST, "test");
    }
    assertSelected("run@3");
    try (ModelEvents models = read()) {
      models.pin("run", Optional.empty(), "test");
    }
    assertSelected("run@4");
  }

  @Test
  void goesBackFromWhatCanServeToWhatCanServe() throws Exception {
    publish("run/1", SampleModels.blob("run", 1));
    publish("run/2", damaged(2));
    publish("run/3", SampleModels.blob("run", 3));
    publish("run/4", damaged(4));
    rollBack();

    assertSelected("run@1");
  }

  @Test
  void refusesToPinWhatCannotServe() throws Exception {
    publish("run/1", damaged(1));
    publish("run/2", SampleModels.blob("run", 3));
    try (ModelEvents models = read()) {
      assertThatThrownBy(() -> models.pin("run", Optional.of(1), "test"))
          .hasMessageContaining("run/1 cannot be served: its weights have SHA-256");
      assertThatThrownBy(() -> models.pin("run", Optional.of(2), "test"))
          .hasMessageContaining("it says that it is run/3");
      assertThatThrownBy(() -> models.pin("run", Optional.of(5), "test"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no checkpoint of epoch 5");
      assertThatThrownBy(() -> models.pin("other", Optional.empty(), "test"))
          .hasMessageContaining("./rivulet models lists them");
      assertThat(models.list().selection()).isEqualTo(ModelSelection.DEFAULT);
    }
  }

  @Test
  void importsOnceAndNeverOverOtherWeights() throws Exception {
    publish("run/1", SampleModels.blob("run", 1));
    publish("run/2", SampleModels.blob("run", 2));
    SavedModel first = saved("run", 1);
    SavedModel third = saved("run", 3);
    try (ModelEvents models = read()) {
      assertThat(models.publish(first)).isFalse();
      assertThat(models.publish(third)).isTrue();
      assertThat(models.publish(third)).isFalse();
      assertThat(models.list().selected().orElseThrow().name()).isEqualTo("run@3");
    }
    publish("run/3", SampleModels.blob("run", 5));
    try (ModelEvents models = read()) {
      assertThatThrownBy(() -> models.publish(third))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("--name NAME");
    }
  }

  private SavedModel saved(String run, int epoch) throws Exception {
    Path file = Files.write(folder.resolve("model.safetensors"), SampleModels.blob(run, epoch));
    return SavedModel.read(
        file,
        new SavedModel.Labels(Optional.empty(), Optional.empty(), Optional.empty()),
        Clock.systemUTC());
  }

  private void rollBack() throws InterruptedException {
    try (ModelEvents models = read()) {
      models.rollBack("test");
    }
  }

  private void assertSelected(String name) throws InterruptedException {
    try (ModelEvents models = read()) {
      assertThat(models.list().selected().map(ModelSummary::name)).contains(name);
    }
  }

  private ModelEvents read() throws InterruptedException {
    return ModelEvents.read(
        broker.connection(),
        topics,
        Clock.systemUTC(),
        notice -> {
          throw new AssertionError(notice);
        });
  }

  private void publish(String key, byte[] blob) throws Exception {
    try (ModelEvents models = read();
        KafkaProducer<String, byte[]> producer = broker.connection().producer()) {
      producer.send(new ProducerRecord<>(topics.checkpoints(), key, blob)).get();
    }
  }

  private static byte[] damaged(int epoch) {
    byte[] blob = SampleModels.blob("run", epoch);
    blob[blob.length - 1] ^= 1;
    return blob;
  }
}
