package dev.rivulet.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.trainer.checkpoint.CheckpointRetention;
import dev.rivulet.trainer.checkpoint.ConsumedBatches;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import dev.rivulet.trainer.consume.RunFollower;
import dev.rivulet.trainer.measure.TrainerMetrics;
import dev.rivulet.trainer.runs.RunAutostart;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class TrainerLoopIT {
  private static final int CLASSES = 3;
  private static final int TRAIN_IMAGES = 40;
  private static final int VALIDATION_IMAGES = 12;
  private static final int EPOCHS = 3;
  private static final TrainingPlan PLAN =
      new TrainingPlan("test", EPOCHS, 8, false, 8, "original", 7, 0, "cpu", "fp32");
  private static final DatasetDescription DATASET =
      new DatasetDescription(
          "test",
          "test-1",
          "test",
          List.of("a", "b", "c"),
          TRAIN_IMAGES,
          VALIDATION_IMAGES,
          1,
          Optional.empty());

  private static TestBroker broker;

  @TempDir Path folder;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"original", "strong"})
  void reachesTheSameWeightsHoweverOftenItIsInterrupted(String recipe) throws Exception {
    TrainingPlan plan = new TrainingPlan("test", EPOCHS, 8, false, 8, recipe, 7, 0, "cpu", "fp32");
    Topics undisturbed = topics("undisturbed-" + recipe);
    publishRun(undisturbed, "run", plan);
    try (Trainer trainer = new Trainer(undisturbed, Duration.ofHours(1))) {
      await(undisturbed, "run", RunStatus.FINISHED);
    }

    Topics disturbed = topics("disturbed-" + recipe);
    publishRun(disturbed, "run", plan);
    for (int i = 0; i < 4; i++) {
      try (Trainer trainer = new Trainer(disturbed, Duration.ZERO)) {
        trainer.awaitBatches(2 + i);
      }
    }
    try (Trainer trainer = new Trainer(disturbed, Duration.ofMillis(50))) {
      await(disturbed, "run", RunStatus.FINISHED);
    }

    assertThat(checkpoints(disturbed)).isEqualTo(checkpoints(undisturbed)).hasSize(EPOCHS);
    List<EpochCompleted> epochs = epochs(disturbed);
    assertThat(details(epochs)).isEqualTo(details(epochs(undisturbed)));
    assertThat(epochs).allSatisfy(TrainerLoopIT::assertAddsUp);
    assertThat(epochs).extracting(EpochCompleted::epoch).containsExactly(1, 2, 3);
    assertThat(epochs).allMatch(epoch -> epoch.images() == TRAIN_IMAGES);
    assertThat(epochs)
        .allMatch(epoch -> epoch.rawValidation().isPresent() == recipe.equals("strong"));
    assertThat(folder.resolve("model/run"))
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryContaining("glob:**/model.onnx")
        .isDirectoryContaining("glob:**/README.md");
    assertThat(folder.resolve("runs/run/report.html")).content().contains("finished after 3 of 3");
    assertThat(folder.resolve("runs/run"))
        .isDirectoryContaining("glob:**/accuracy.png")
        .isDirectoryContaining("glob:**/loss.png")
        .isDirectoryContaining("glob:**/timing.png");
    assertThat(Files.readAllLines(folder.resolve("runs/run/history.csv"))).hasSize(EPOCHS + 1);
  }

  @Test
  void stopsWithItsModelSavedAndGoesOnWhenResumed() throws Exception {
    Topics undisturbed = topics("not-stopped");
    publishRun(undisturbed, "run");
    Topics stopped = topics("stopped");
    publishValidation(stopped);
    TrainingRun run = run("run");
    publish(stopped, run);
    try (Trainer trainer = new Trainer(undisturbed, Duration.ofHours(1))) {
      await(undisturbed, "run", RunStatus.FINISHED);
    }
    // only the first batches are there yet, so the run cannot end before it is stopped
    publishBatches(stopped, "run", 0, 1, 0, 7);
    try (Trainer trainer = new Trainer(stopped, Duration.ofHours(1))) {
      trainer.awaitBatches(6);
      publish(stopped, run.stopping());
      TrainingRun ended = await(stopped, "run", RunStatus.STOPPED);
      assertThat(ended.message()).hasValueSatisfying(m -> assertThat(m).contains("model in"));
      assertThat(folder.resolve("model/run/model.safetensors")).exists();
      assertThat(folder.resolve("model/run/README.md")).content().contains("not measured");
      assertThat(folder.resolve("runs/run/report.html"))
          .content()
          .contains("stopped after 1 of 3 epochs");

      int done = trainer.batches();
      publish(stopped, ended.resumed());
      publishBatches(stopped, "run", 1, 1 + done / 5, done % 5, 15 - done);
      await(stopped, "run", RunStatus.FINISHED);
    }
    assertThat(checkpoints(stopped)).isEqualTo(checkpoints(undisturbed));
  }

  @Test
  void goesOnWithTheNextAttemptOfARunThatWasResumedBeforeItHadStopped() throws Exception {
    Topics undisturbed = topics("one-attempt");
    publishRun(undisturbed, "run");
    try (Trainer trainer = new Trainer(undisturbed, Duration.ofHours(1))) {
      await(undisturbed, "run", RunStatus.FINISHED);
    }
    Topics topics = topics("two-attempts");
    publishValidation(topics);
    publish(topics, run("run"));
    publishBatches(topics, "run", 0, 1, 0, 7);
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1))) {
      trainer.awaitBatches(7);
      publish(topics, run("run").resumed());
      publishBatches(topics, "run", 1, 2, 2, 8);
      await(topics, "run", RunStatus.FINISHED);
    }
    assertThat(checkpoints(topics)).isEqualTo(checkpoints(undisturbed));
  }

  @Test
  void failsARunWhoseStateNoRecordCanHold() throws Exception {
    Topics topics = topics("large");
    publishValidation(topics);
    TrainingPlan plan =
        new TrainingPlan(
            "test", 1, 8, false, 128, "strong", 7, 0, "cpu", "fp32", List.of(4, 8, 4), Map.of());
    publish(topics, run("run", plan));
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1))) {
      TrainingRun failed = await(topics, "run", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).contains("choose a smaller width or depths"));
    }
  }

  @Test
  void failsARunWhoseBatchIsMissingAndTakesTheNextOne() throws Exception {
    Topics topics = topics("missing");
    publishValidation(topics);
    publish(topics, run("a-broken"));
    publishBatches(topics, "a-broken", 0, 1, 1, 1);
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1))) {
      TrainingRun failed = await(topics, "a-broken", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).contains("epoch 1 batch 0 part 0 must come"));
      publish(topics, run("b-whole"));
      publishBatches(topics, "b-whole", 0, 1, 0, 15);
      await(topics, "b-whole", RunStatus.FINISHED);
    }
  }

  @Test
  void reportsAnotherRunsLeftoversAsConsumedSoThatIngestGoesOn() throws Exception {
    Topics topics = topics("leftovers");
    publishValidation(topics);
    publishBatches(topics, "stopped-before", 0, 1, 0, 9);
    publish(topics, run("run"));
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1));
        Admin admin = kafka().admin()) {
      TopicPartition batches = new TopicPartition(topics.trainingBatches(), 0);
      long committed = 0;
      while (committed < 9) {
        Thread.sleep(100);
        OffsetAndMetadata offset =
            admin
                .listConsumerGroupOffsets(Groups.TRAINER)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(batches);
        committed = offset == null ? 0 : offset.offset();
      }
      assertThat(trainer.batches()).isZero();
    }
  }

  @Test
  void asksForAGpuInVainWithAClearMessage() throws Exception {
    Topics topics = topics("gpu");
    publishValidation(topics);
    TrainingPlan plan = new TrainingPlan("test", 1, 8, false, 8, "original", 7, 0, "gpu", "fp32");
    publish(topics, TrainingRun.requested("run", plan, Instant.now()).withDataset(DATASET));
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1))) {
      TrainingRun failed = await(topics, "run", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).startsWith("device gpu: "));
    }
  }

  @Test
  void trainsWithOneTrainerAtATime() throws Exception {
    Topics topics = topics("standby");
    publishValidation(topics);
    publish(topics, run("run"));
    publishBatches(topics, "run", 0, 1, 0, 15);
    Trainer first = new Trainer(topics, Duration.ZERO);
    first.awaitBatches(1);
    try (Trainer second = new Trainer(topics, Duration.ZERO)) {
      first.close();
      await(topics, "run", RunStatus.FINISHED);
      assertThat(first.batches() + second.batches()).isEqualTo(15);
    }
    assertThat(epochs(topics)).extracting(EpochCompleted::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void requestsTheConfiguredRunOnceHoweverOftenItStarts() throws Exception {
    Topics topics = topics("autostart");
    publishValidation(topics);
    String requested;
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1), Optional.of(PLAN))) {
      TrainingRun run = trainer.awaitRun();
      assertThat(run.plan()).isEqualTo(PLAN);
      requested = run.id();
      publish(topics, run.withDataset(DATASET));
      publishBatches(topics, requested, 0, 1, 0, 15);
      await(topics, requested, RunStatus.FINISHED);
    }
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1), Optional.of(PLAN))) {
      // a run that comes later is taken only after the trainer has decided
      publish(topics, run("z-later"));
      publishBatches(topics, "z-later", 0, 1, 0, 15);
      await(topics, "z-later", RunStatus.FINISHED);
      assertThat(trainer.knownRuns()).containsExactlyInAnyOrder(requested, "z-later");
    }
  }

  @Test
  void neverDropsThePinnedCheckpointNorTheBest() throws Exception {
    Topics topics = topics("pinned");
    publishValidation(topics);
    TrainingPlan plan = new TrainingPlan("test", 6, 8, false, 8, "original", 7, 0, "cpu", "fp32");
    publish(topics, TrainingRun.requested("run", plan, Instant.now()).withDataset(DATASET));
    publishBatches(topics, "run", 0, 1, 0, 5);
    try (Trainer trainer = new Trainer(topics, Duration.ofHours(1), Optional.empty(), 1)) {
      awaitEpochs(topics, 1);
      select(topics, ModelSelection.pinned("run", 1, Instant.now(), "test"));
      publishBatches(topics, "run", 0, 2, 0, 15);
      awaitEpochs(topics, 4);
      assertThat(kept(topics)).isEqualTo(newestBestAnd(topics, 4, 1));

      // another run's epoch is none of this one's
      select(topics, ModelSelection.pinned("other", 4, Instant.now(), "test"));
      publishBatches(topics, "run", 0, 5, 0, 10);
      await(topics, "run", RunStatus.FINISHED);
    }
    assertThat(kept(topics)).isEqualTo(newestBestAnd(topics, 6, 6));
  }

  private static void select(Topics topics, ModelSelection selection) {
    send(
        List.of(
            new ProducerRecord<>(
                topics.modelSelection(), ModelSelection.KEY, EventJson.write(selection))));
  }

  private static void awaitEpochs(Topics topics, int wanted) throws InterruptedException {
    while (epochs(topics).size() < wanted) {
      Thread.sleep(50);
    }
  }

  private static Set<Integer> newestBestAnd(Topics topics, int newest, int pinned) {
    Set<Integer> expected = new TreeSet<>(List.of(newest, pinned));
    epochs(topics).stream()
        .max(
            Comparator.comparingDouble((EpochCompleted e) -> e.validation().accuracy())
                .thenComparing(EpochCompleted::epoch))
        .ifPresent(best -> expected.add(best.epoch()));
    return expected;
  }

  /** The epochs whose checkpoints have no tombstone. */
  private static Set<Integer> kept(Topics topics) {
    Set<Integer> kept = new TreeSet<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka(), topics.checkpoints())) {
      reader.readToEnd(
          record -> {
            Integer epoch = Integer.valueOf(record.key().substring("run/".length()));
            if (record.value() == null) {
              kept.remove(epoch);
            } else {
              kept.add(epoch);
            }
          });
    }
    return kept;
  }

  /** A trainer as the service builds it, but in this process. */
  private final class Trainer implements AutoCloseable {
    private final AtomicBoolean closing = new AtomicBoolean();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ImageBatchConsumer batches;
    private final RunFollower runs;
    private final ConsumedBatches consumed;
    private final TrainerLoop loop;
    private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

    Trainer(Topics topics, Duration checkpointInterval) {
      this(topics, checkpointInterval, Optional.empty());
    }

    Trainer(Topics topics, Duration checkpointInterval, Optional<TrainingPlan> autostart) {
      this(topics, checkpointInterval, autostart, 5);
    }

    Trainer(
        Topics topics,
        Duration checkpointInterval,
        Optional<TrainingPlan> autostart,
        int checkpointsKept) {
      KafkaConnection kafka = kafka();
      batches = new ImageBatchConsumer(kafka, topics.trainingBatches());
      runs = new RunFollower(kafka, topics.trainingRuns());
      consumed = new ConsumedBatches(kafka.admin(), topics.trainingBatches());
      loop =
          new TrainerLoop(
              new TrainerEnvironment(
                  kafka,
                  topics,
                  batches,
                  runs,
                  consumed,
                  new TrainerMetrics(registry),
                  folder,
                  checkpointInterval,
                  new CheckpointRetention(checkpointsKept),
                  new RunAutostart(autostart),
                  1,
                  closing::get));
      runs.start(this::died);
      batches.start(this::died);
      loop.start(this::died);
    }

    private void died(Thread thread, Throwable why) {
      deaths.add(thread.getName() + ": " + why);
    }

    int batches() {
      return (int) registry.counter("rivulet.batches.trained").count();
    }

    List<String> knownRuns() {
      return runs.ledger().all().stream().map(TrainingRun::id).toList();
    }

    TrainingRun awaitRun() throws InterruptedException {
      while (runs.ledger().all().isEmpty()) {
        Thread.sleep(20);
      }
      return runs.ledger().all().iterator().next();
    }

    void awaitBatches(int wanted) throws InterruptedException {
      while (batches() < wanted) {
        Thread.sleep(5);
      }
    }

    @Override
    public void close() throws InterruptedException {
      if (closing.getAndSet(true)) {
        return;
      }
      loop.close();
      runs.close();
      batches.close();
      consumed.close();
      assertThat(deaths).isEmpty();
    }
  }

  private static KafkaConnection kafka() {
    return KafkaConnection.to(broker.bootstrapServers());
  }

  /** Topics of their own, so that no test meets another one's records. */
  private Topics topics(String prefix) throws InterruptedException {
    Topics topics = Topics.named(role -> prefix + "-" + role);
    try (Admin admin = kafka().admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(
                  topics.trainingRunsSpec(),
                  topics.trainingBatchesSpec(),
                  topics.validationBatchesSpec(),
                  topics.trainingMetricsSpec(),
                  topics.checkpointsSpec(),
                  topics.modelSelectionSpec(),
                  topics.trainerStateSpec()));
    }
    return topics;
  }

  private static TrainingRun run(String id) {
    return run(id, PLAN);
  }

  private static TrainingRun run(String id, TrainingPlan plan) {
    return TrainingRun.requested(id, plan, Instant.now()).withDataset(DATASET);
  }

  private static void publishRun(Topics topics, String id) {
    publishRun(topics, id, PLAN);
  }

  private static void publishRun(Topics topics, String id, TrainingPlan plan) {
    publishValidation(topics);
    publish(topics, run(id, plan));
    publishBatches(topics, id, 0, 1, 0, 15);
  }

  private static void publishValidation(Topics topics) {
    send(
        List.of(
            new ValidationBatch(DATASET.id(), 0, images(99, VALIDATION_IMAGES))
                .toRecord(topics.validationBatches())));
  }

  private static void publish(Topics topics, TrainingRun run) {
    send(List.of(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run))));
  }

  private static void publishBatches(
      Topics topics, String run, int attempt, int epoch, int batch, int count) {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = (epoch - 1) * 5 + batch + i;
      LabelledImages images = images(index, 8);
      ImageBatch.parts(run, attempt, 1 + index / 5, index % 5, images)
          .forEach(part -> records.add(part.toRecord(topics.trainingBatches())));
    }
    send(records);
  }

  private static void send(List<ProducerRecord<String, byte[]>> records) {
    try (KafkaProducer<String, byte[]> producer = kafka().producer()) {
      records.forEach(producer::send);
    }
  }

  private static LabelledImages images(int seed, int n) {
    Random random = new Random(seed);
    byte[] pixels = new byte[n * LabelledImages.IMAGE_BYTES];
    random.nextBytes(pixels);
    return new LabelledImages(pixels, random.ints(n, 0, CLASSES).toArray());
  }

  private static TrainingRun await(Topics topics, String id, RunStatus status)
      throws InterruptedException {
    while (true) {
      RunFollower follower = new RunFollower(kafka(), topics.trainingRuns());
      follower.catchUp();
      TrainingRun run = follower.ledger().find(id).orElseThrow();
      if (run.status() == status) {
        return run;
      }
      assertThat(run.status().ended()).as("%s: %s", run.status(), run.message()).isFalse();
      Thread.sleep(100);
    }
  }

  private static List<EpochCompleted> epochs(Topics topics) {
    List<EpochCompleted> epochs = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka(), topics.trainingMetrics())) {
      reader.readToEnd(record -> epochs.add(EventJson.read(record.value(), EpochCompleted.class)));
    }
    return epochs;
  }

  private static List<ValidationDetail> details(List<EpochCompleted> epochs) {
    return epochs.stream().map(epoch -> epoch.validationDetail().orElseThrow()).toList();
  }

  /** The detail says the same as the accuracy. */
  private static void assertAddsUp(EpochCompleted epoch) {
    ValidationDetail detail = epoch.validationDetail().orElseThrow();
    List<List<Integer>> confusion = detail.confusion().orElseThrow();
    int right = IntStream.range(0, CLASSES).map(label -> confusion.get(label).get(label)).sum();
    assertThat(confusion.stream().flatMap(List::stream).mapToInt(n -> n).sum())
        .isEqualTo(VALIDATION_IMAGES);
    assertThat((double) right / VALIDATION_IMAGES).isEqualTo(epoch.validation().accuracy());
    assertThat(detail.mistakes()).hasSize(VALIDATION_IMAGES - right);
  }

  /** The weights' checksum by epoch. */
  private static Map<Integer, String> checkpoints(Topics topics) {
    Map<Integer, String> checksums = new TreeMap<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka(), topics.checkpoints())) {
      reader.readToEnd(
          record -> {
            ModelDescription model =
                ModelDescription.fromMetadata(SafeTensors.read(record.value()));
            checksums.put(model.epoch(), model.sha256());
          });
    }
    return checksums;
  }
}
