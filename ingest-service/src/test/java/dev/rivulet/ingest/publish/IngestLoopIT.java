package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Groups;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IngestLoopIT {
  private static final int TRAIN_IMAGES = 20;
  private static final int BATCH = 4;
  private static final int BATCHES_PER_EPOCH = 5;

  private static TestBroker broker;
  @TempDir static Path images;

  @BeforeAll
  static void start() throws IOException {
    broker = TestBroker.start();
    writeClass("train/dark", 10, 0x202020);
    writeClass("train/light", 10, 0xd0d0d0);
    writeClass("test/dark", 2, 0x303030);
    writeClass("test/light", 2, 0xe0e0e0);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void publishesEveryBatchOnceInOrderAcrossRestarts() throws Exception {
    IngestSurroundings surroundings = surroundings("restarts");
    surroundings.publish(run("run", images.toString(), 8));
    for (int i = 0; i < 3; i++) {
      try (TestIngest ingest = ingest(surroundings, 16)) {
        surroundings.awaitRecords(4 * (i + 1));
        // the trainer has consumed everything, so the window opens again
        surroundings.commitAsTrainer(surroundings.lastRecord().offset() + 2);
      }
    }
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(8 * BATCHES_PER_EPOCH);
    }
    List<ConsumerRecord<String, byte[]>> records = surroundings.records();
    assertThat(records).hasSize(8 * BATCHES_PER_EPOCH);
    for (int i = 0; i < records.size(); i++) {
      ImageBatch.Position position = ImageBatch.Position.of(records.get(i));
      assertThat(position.epoch()).isEqualTo(1 + i / BATCHES_PER_EPOCH);
      assertThat(position.batch()).isEqualTo(i % BATCHES_PER_EPOCH);
    }
  }

  @Test
  void publishesTheSameBytesAsAnUndisturbedIngest() throws Exception {
    IngestSurroundings once = surroundings("once");
    IngestSurroundings twice = surroundings("twice");
    once.publish(run("run", images.toString(), 2));
    twice.publish(run("run", images.toString(), 2));
    try (TestIngest ingest = ingest(once, 1_000)) {
      once.awaitRecords(2 * BATCHES_PER_EPOCH);
    }
    try (TestIngest ingest = ingest(twice, 16)) {
      twice.awaitRecords(1);
    }
    try (TestIngest ingest = ingest(twice, 1_000)) {
      twice.awaitRecords(2 * BATCHES_PER_EPOCH);
    }
    assertThat(twice.values()).isEqualTo(once.values());
  }

  @Test
  void namesTheDataSetAndPublishesItsValidationImagesOnce() throws Exception {
    IngestSurroundings surroundings = surroundings("dataset");
    surroundings.publish(run("run", images.toString(), 1));
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(BATCHES_PER_EPOCH);
      TrainingRun first = surroundings.find("run");
      surroundings.publish(first.ended(RunStatus.FINISHED, Instant.now(), Optional.empty()));
      surroundings.publish(run("same-again", images.toString(), 1));
      surroundings.awaitRecords(2 * BATCHES_PER_EPOCH);
    }
    TrainingRun run = surroundings.find("same-again");
    assertThat(run.dataset()).isPresent();
    assertThat(run.dataset().get().classes()).containsExactly("dark", "light");
    assertThat(run.dataset().get().trainImages()).isEqualTo(TRAIN_IMAGES);
    List<ConsumerRecord<String, byte[]>> validation =
        surroundings.read(surroundings.topics().validationBatches());
    assertThat(validation).hasSize(1);
    assertThat(ValidationBatch.fromRecord(validation.get(0)).content().size()).isEqualTo(4);
  }

  @Test
  void staysAWindowAheadOfTheTrainerAndNoMore() throws Exception {
    IngestSurroundings surroundings = surroundings("window");
    surroundings.publish(run("run", images.toString(), 1_000));
    try (TestIngest ingest = ingest(surroundings, 64)) {
      int before = surroundings.awaitStandstill();
      long window = ingest.windowRecords();
      assertThat((long) before).isPositive().isLessThanOrEqualTo(window);
      surroundings.commitAsTrainer(20);
      assertThat(surroundings.awaitStandstill()).isGreaterThan(before);
    }
  }

  @Test
  void startsWhereTheTrainerStandsWhenItsRecordsAreGone() throws Exception {
    IngestSurroundings surroundings = surroundings("trimmed");
    surroundings.publish(run("run", images.toString(), 2));
    try (TestIngest ingest = ingest(surroundings, 16)) {
      surroundings.awaitStandstill();
    }
    int last = ImageBatch.Position.of(surroundings.lastRecord()).batch();
    long bookmark = surroundings.lastRecord().offset();
    surroundings.deleteBatchesBefore(bookmark);
    surroundings.commitAsTrainer(bookmark + 2);
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(2);
    }
    ImageBatch.Position next = ImageBatch.Position.of(surroundings.records().get(1));
    assertThat(next.batch()).isEqualTo((last + 1) % BATCHES_PER_EPOCH);
  }

  @Test
  void goesOnWithTheNextEpochForATrainerThatWasStoppedWhileItValidated() throws Exception {
    IngestSurroundings surroundings = surroundings("validating");
    TrainerPosition wholeEpoch =
        new TrainerPosition(
            "run", 1, 1, BATCHES_PER_EPOCH, BATCHES_PER_EPOCH, 0, 0, 0, 0, PhaseSeconds.ZERO, 0, 0);
    surroundings.publishPosition("run", wholeEpoch);
    surroundings.publish(run("run", images.toString(), 2));
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(BATCHES_PER_EPOCH);
    }
    assertThat(surroundings.records())
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .containsExactlyElementsOf(
            IntStream.range(0, BATCHES_PER_EPOCH)
                .mapToObj(batch -> new BatchAddress(2, batch))
                .toList());
  }

  @Test
  void saysAgainThatARunHasEndedIfItsDatasetWasNamedAfterwards() throws Exception {
    IngestSurroundings surroundings = surroundings("overtaken");
    TrainingRun run = run("run", images.toString(), 1);
    surroundings.publish(run);
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(BATCHES_PER_EPOCH);
    }
    TrainingRun named = surroundings.find("run");
    surroundings.publish(named.ended(RunStatus.STOPPED, Instant.now(), Optional.empty()));
    surroundings.publish(named);
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      while (surroundings.lastRunEvent().status() != RunStatus.STOPPED) {
        Thread.sleep(50);
      }
    }
    assertThat(surroundings.lastRunEvent().dataset()).isEqualTo(named.dataset()).isPresent();
    assertThat(surroundings.read(surroundings.topics().trainingRuns())).hasSize(5);
  }

  @Test
  void staysWithTheRunThatIsUnderWayWhenAnOlderOneIsResumed() throws Exception {
    IngestSurroundings surroundings = surroundings("resumed-beside");
    TrainingRun older = run("a-older", images.toString(), 8);
    surroundings.publish(older.ended(RunStatus.STOPPED, Instant.now(), Optional.empty()));
    surroundings.publish(run("b-newer", images.toString(), 8));
    try (TestIngest ingest = ingest(surroundings, 16)) {
      int before = surroundings.awaitStandstill();
      surroundings.publish(surroundings.find("b-newer").running(Instant.now()));
      surroundings.publish(older.resumed());
      surroundings.commitAsTrainer(surroundings.lastRecord().offset() + 2);
      assertThat(surroundings.awaitStandstill()).isGreaterThan(before);
    }
    assertThat(surroundings.records()).allMatch(record -> record.key().equals("b-newer"));
  }

  @Test
  void failsARunWhoseFolderIsMissingAndTakesTheNextOne() throws Exception {
    IngestSurroundings surroundings = surroundings("missing");
    surroundings.publish(run("a-missing", images.resolve("nowhere").toString(), 1));
    surroundings.publish(run("b-there", images.toString(), 1));
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      surroundings.awaitRecords(BATCHES_PER_EPOCH);
    }
    TrainingRun failed = surroundings.find("a-missing");
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.message()).hasValueSatisfying(m -> assertThat(m).contains("nowhere"));
    assertThat(surroundings.records()).allMatch(record -> record.key().equals("b-there"));
  }

  @Test
  void oneOfTwoIngestsPublishesAndTheOtherTakesOver() throws Exception {
    IngestSurroundings surroundings = surroundings("standby");
    surroundings.publish(run("run", images.toString(), 6));
    TestIngest first = ingest(surroundings, 16);
    surroundings.awaitRecords(4);
    try (TestIngest second = ingest(surroundings, 1_000)) {
      first.close();
      surroundings.awaitRecords(6 * BATCHES_PER_EPOCH);
    }
    assertThat(surroundings.records()).hasSize(6 * BATCHES_PER_EPOCH);
  }

  @Test
  void isNotInterruptedByAnIngestThatComesAndGoesAndIsFollowedByIt() throws Exception {
    IngestSurroundings surroundings = surroundings("comes-and-goes");
    surroundings.publish(run("run", images.toString(), 8));
    TestIngest first = ingest(surroundings, 16);
    int before = surroundings.awaitStandstill();
    String owner = surroundings.awaitOwner(1);
    // whoever has been interrupted opens its publisher anew, which begins a new epoch of its id
    int epoch = surroundings.publisherEpoch();
    try (TestIngest second = ingest(surroundings, 16)) {
      assertThat(surroundings.awaitOwner(2)).isEqualTo(owner);
    }
    assertThat(surroundings.awaitOwner(1)).isEqualTo(owner);
    try (TestIngest third = ingest(surroundings, 16)) {
      assertThat(surroundings.awaitOwner(2)).isEqualTo(owner);
      assertThat(surroundings.publisherEpoch()).isEqualTo(epoch);
      surroundings.commitAsTrainer(surroundings.lastRecord().offset() + 2);
      surroundings.awaitRecords(before + 1);
      assertThat(third.batches()).isZero();

      first.close();
      while (surroundings.records().size() < 8 * BATCHES_PER_EPOCH) {
        surroundings.commitAsTrainer(surroundings.lastRecord().offset() + 2);
        Thread.sleep(100);
      }
    }
    assertThat(surroundings.records())
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .doesNotHaveDuplicates()
        .hasSize(8 * BATCHES_PER_EPOCH);
  }

  @Test
  void opensItsPublisherAgainAfterItsTurnWasTaken() throws Exception {
    IngestSurroundings surroundings = surroundings("thrown-out");
    surroundings.publish(run("run", images.toString(), 2));
    try (TestIngest ingest = ingest(surroundings, 16)) {
      surroundings.awaitStandstill();
      // while the window is full nothing but a new publisher changes it
      int epoch = surroundings.publisherEpoch();
      surroundings.removeIngests();
      while (surroundings.publisherEpoch() == epoch) {
        Thread.sleep(50);
      }
      while (surroundings.records().size() < 2 * BATCHES_PER_EPOCH) {
        surroundings.commitAsTrainer(surroundings.lastRecord().offset() + 2);
        Thread.sleep(100);
      }
    }
    assertThat(surroundings.records())
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .doesNotHaveDuplicates()
        .hasSize(2 * BATCHES_PER_EPOCH);
  }

  @Test
  void saysWhyTheGroupRefusesItUntilItDoesNot() throws Exception {
    IngestSurroundings surroundings = surroundings("refused");
    surroundings.publish(run("run", images.toString(), 1));
    try (KafkaConsumer<String, byte[]> stranger =
        kafka()
            .consumer(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    Groups.INGEST,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    RangeAssignor.class.getName()))) {
      stranger.subscribe(List.of(surroundings.topics().trainingRuns()));
      while (stranger.assignment().isEmpty()) {
        stranger.poll(Duration.ofMillis(100));
      }
      try (TestIngest ingest = ingest(surroundings, 1_000)) {
        assertThat(ingest.awaitTrouble()).contains("protocol");
        stranger.close();
        surroundings.awaitRecords(BATCHES_PER_EPOCH);
        ingest.awaitNoTrouble();
      }
    }
  }

  @Test
  void saysWhyNoCommitSucceedsUntilOneDoes() throws Exception {
    IngestSurroundings surroundings = surroundings("too-large");
    TestTopics.limitRecords(kafka(), surroundings.topics().validationBatches(), 1_000);
    surroundings.publish(run("run", images.toString(), 1));
    try (TestIngest ingest = ingest(surroundings, 1_000)) {
      assertThat(ingest.awaitTrouble()).contains("larger than the max message size");
      TestTopics.limitRecords(kafka(), surroundings.topics().validationBatches(), 10 << 20);
      surroundings.awaitRecords(BATCHES_PER_EPOCH);
      ingest.awaitNoTrouble();
    }
  }

  @Test
  void tellsHowManyBytesATopicHas() throws Exception {
    IngestSurroundings surroundings = surroundings("sizes");
    surroundings.publish(run("run", "shapes", 1));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Admin admin = kafka().admin();
        TopicSizes sizes = new TopicSizes(admin, surroundings.topics().names(), registry)) {
      assertThat(bytes(registry, surroundings.topics().trainingRuns())).isNaN();
      sizes.start();
      while (Double.isNaN(bytes(registry, surroundings.topics().trainingRuns()))) {
        Thread.sleep(20);
      }
      assertThat(bytes(registry, surroundings.topics().trainingRuns())).isPositive();
      assertThat(bytes(registry, surroundings.topics().trainingBatches())).isZero();
    }
  }

  private static double bytes(SimpleMeterRegistry registry, String topic) {
    return registry.get("rivulet.topic").tag("topic", topic).gauge().value();
  }

  private static KafkaConnection kafka() {
    return KafkaConnection.to(broker.bootstrapServers());
  }

  private static IngestSurroundings surroundings(String prefix) throws Exception {
    return new IngestSurroundings(kafka(), prefix);
  }

  private static TestIngest ingest(IngestSurroundings surroundings, int windowImages) {
    return new TestIngest(surroundings, images.resolve("downloads"), windowImages);
  }

  private static TrainingRun run(String id, String dataset, int epochs) {
    TrainingPlan plan =
        new TrainingPlan(dataset, epochs, BATCH, true, 8, "original", 5, 0, "cpu", "fp32");
    return TrainingRun.requested(id, plan, Instant.now());
  }

  private static void writeClass(String folder, int count, int rgb) throws IOException {
    Path target = Files.createDirectories(images.resolve(folder));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 32 * 32; pixel++) {
        image.setRGB(pixel % 32, pixel / 32, rgb + pixel % (i + 2));
      }
      ImageIO.write(image, "png", target.resolve(i + ".png").toFile());
    }
  }
}
