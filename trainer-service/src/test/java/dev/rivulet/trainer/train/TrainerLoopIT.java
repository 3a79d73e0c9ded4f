package dev.rivulet.trainer.train;

import static dev.rivulet.trainer.train.TrainerSurroundings.BATCHES;
import static dev.rivulet.trainer.train.TrainerSurroundings.CLASSES;
import static dev.rivulet.trainer.train.TrainerSurroundings.EPOCHS;
import static dev.rivulet.trainer.train.TrainerSurroundings.PLAN;
import static dev.rivulet.trainer.train.TrainerSurroundings.TRAIN_IMAGES;
import static dev.rivulet.trainer.train.TrainerSurroundings.VALIDATION_IMAGES;
import static dev.rivulet.trainer.train.TrainerSurroundings.plan;
import static dev.rivulet.trainer.train.TrainerSurroundings.run;
import static dev.rivulet.trainer.train.TrainerSurroundings.withDataset;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Groups;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestTopics;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class TrainerLoopIT {
  private static final Duration SELDOM = Duration.ofHours(1);
  private static final int CHECKPOINTS_KEPT = 5;

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
    TrainingPlan plan = plan(recipe);
    TrainerSurroundings undisturbed = surroundings("undisturbed-" + recipe);
    undisturbed.publishAll(run("run", plan));
    try (TestTrainer trainer = trainer(undisturbed)) {
      undisturbed.await("run", RunStatus.FINISHED);
    }

    TrainerSurroundings disturbed = surroundings("disturbed-" + recipe);
    disturbed.publishAll(run("run", plan));
    for (int i = 0; i < 4; i++) {
      try (TestTrainer trainer = trainer(disturbed, Duration.ZERO)) {
        trainer.awaitBatches(2 + i);
      }
    }
    try (TestTrainer trainer = trainer(disturbed, Duration.ofMillis(50))) {
      disturbed.await("run", RunStatus.FINISHED);
    }

    assertThat(disturbed.checkpoints()).isEqualTo(undisturbed.checkpoints()).hasSize(EPOCHS);
    List<EpochCompleted> epochs = disturbed.epochs();
    assertThat(details(epochs)).isEqualTo(details(undisturbed.epochs()));
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
    TrainerSurroundings undisturbed = surroundings("not-stopped");
    undisturbed.publishAll(run("run"));
    TrainerSurroundings stopped = surroundings("stopped");
    stopped.publishValidation();
    TrainingRun run = run("run");
    stopped.publish(run);
    try (TestTrainer trainer = trainer(undisturbed)) {
      undisturbed.await("run", RunStatus.FINISHED);
    }
    // only the first batches are there yet, so the run cannot end before it is stopped
    stopped.publishBatches("run", 0, 1, 0, 7);
    try (TestTrainer trainer = trainer(stopped)) {
      trainer.awaitBatches(6);
      stopped.publish(run.stopping());
      TrainingRun ended = stopped.await("run", RunStatus.STOPPED);
      assertThat(ended.message()).hasValueSatisfying(m -> assertThat(m).contains("model in"));
      assertThat(folder.resolve("model/run/model.safetensors")).exists();
      assertThat(folder.resolve("model/run/README.md")).content().contains("not measured");
      assertThat(folder.resolve("runs/run/report.html"))
          .content()
          .contains("stopped after 1 of 3 epochs");

      int done = trainer.batches();
      stopped.publish(ended.resumed());
      stopped.publishBatches("run", 1, 1 + done / BATCHES, done % BATCHES, EPOCHS * BATCHES - done);
      stopped.await("run", RunStatus.FINISHED);
    }
    assertThat(stopped.checkpoints()).isEqualTo(undisturbed.checkpoints());
  }

  @Test
  void goesOnWithTheNextAttemptOfARunThatWasResumedBeforeItHadStopped() throws Exception {
    TrainerSurroundings undisturbed = surroundings("one-attempt");
    undisturbed.publishAll(run("run"));
    try (TestTrainer trainer = trainer(undisturbed)) {
      undisturbed.await("run", RunStatus.FINISHED);
    }
    TrainerSurroundings surroundings = surroundings("two-attempts");
    surroundings.publishValidation();
    surroundings.publish(run("run"));
    surroundings.publishBatches("run", 0, 1, 0, 7);
    try (TestTrainer trainer = trainer(surroundings)) {
      trainer.awaitBatches(7);
      surroundings.publish(run("run").resumed());
      surroundings.publishBatches("run", 1, 2, 2, 8);
      surroundings.await("run", RunStatus.FINISHED);
    }
    assertThat(surroundings.checkpoints()).isEqualTo(undisturbed.checkpoints());
  }

  @Test
  void failsARunWhoseStateNoRecordCanHold() throws Exception {
    TrainerSurroundings surroundings = surroundings("large");
    surroundings.publishValidation();
    TrainingPlan plan =
        new TrainingPlan(
            "test", 1, 8, false, 128, "strong", 7, 0, "cpu", "fp32", List.of(4, 8, 4), Map.of());
    surroundings.publish(run("run", plan));
    try (TestTrainer trainer = trainer(surroundings)) {
      TrainingRun failed = surroundings.await("run", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).contains("choose a smaller width or depths"));
    }
  }

  @Test
  void failsARunWhoseBatchIsMissingAndTakesTheNextOne() throws Exception {
    TrainerSurroundings surroundings = surroundings("missing");
    surroundings.publishValidation();
    surroundings.publish(run("a-broken"));
    surroundings.publishBatches("a-broken", 0, 1, 1, 1);
    try (TestTrainer trainer = trainer(surroundings)) {
      TrainingRun failed = surroundings.await("a-broken", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).contains("epoch 1 batch 0 part 0 must come"));
      surroundings.publish(run("b-whole"));
      surroundings.publishBatches("b-whole", 0, 1, 0, 15);
      surroundings.await("b-whole", RunStatus.FINISHED);
    }
  }

  @Test
  void reportsAnotherRunsLeftoversAsConsumedSoThatIngestGoesOn() throws Exception {
    TrainerSurroundings surroundings = surroundings("leftovers");
    surroundings.publishValidation();
    surroundings.publishBatches("stopped-before", 0, 1, 0, 9);
    surroundings.publish(run("run"));
    try (TestTrainer trainer = trainer(surroundings)) {
      while (surroundings.committedOffset() < 9) {
        Thread.sleep(100);
      }
      assertThat(trainer.batches()).isZero();
    }
  }

  @Test
  void blamesTheRunForAFailureThatTheEngineDoesNotShare() throws Exception {
    TrainerSurroundings surroundings = surroundings("no-folder");
    surroundings.publishAll(run("run"));
    Path file = Files.createFile(folder.resolve("file"));
    try (TestTrainer trainer =
        new TestTrainer(surroundings, file, SELDOM, Optional.empty(), CHECKPOINTS_KEPT)) {
      TrainingRun failed = surroundings.await("run", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(message -> assertThat(message).contains(file.toString()));
    }
  }

  @Test
  void diesOfABrokenEngineAndLeavesTheRunToTheNextTrainer() throws Exception {
    TrainerSurroundings surroundings = surroundings("broken-engine");
    surroundings.publishAll(run("run"));
    Path file = Files.createFile(folder.resolve("file"));
    Consumer<ComputeDevice> broken =
        device -> {
          throw new IllegalStateException("the GPU is lost");
        };
    try (TestTrainer trainer =
        new TestTrainer(surroundings, file, SELDOM, Optional.empty(), CHECKPOINTS_KEPT, broken)) {
      assertThat(trainer.awaitDeath())
          .contains("the engine fails at a tiny network, too (the GPU is lost)")
          .contains(file.toString());
    }
    surroundings.await("run", RunStatus.RUNNING);

    try (TestTrainer next = trainer(surroundings)) {
      surroundings.await("run", RunStatus.FINISHED);
    }
  }

  @Test
  void asksForAGpuInVainWithAClearMessage() throws Exception {
    TrainerSurroundings surroundings = surroundings("gpu");
    surroundings.publishValidation();
    TrainingPlan plan = new TrainingPlan("test", 1, 8, false, 8, "original", 7, 0, "gpu", "fp32");
    surroundings.publish(run("run", plan));
    try (TestTrainer trainer = trainer(surroundings)) {
      TrainingRun failed = surroundings.await("run", RunStatus.FAILED);
      assertThat(failed.message())
          .hasValueSatisfying(m -> assertThat(m).startsWith("device gpu: "));
    }
  }

  @Test
  void trainsWithOneTrainerAtATime() throws Exception {
    TrainerSurroundings surroundings = surroundings("standby");
    surroundings.publishValidation();
    surroundings.publish(run("run"));
    surroundings.publishBatches("run", 0, 1, 0, 15);
    TestTrainer first = trainer(surroundings, Duration.ZERO);
    first.awaitBatches(1);
    try (TestTrainer second = trainer(surroundings, Duration.ZERO)) {
      first.close();
      surroundings.await("run", RunStatus.FINISHED);
      assertThat(first.batches() + second.batches()).isEqualTo(15);
    }
    assertThat(surroundings.epochs()).extracting(EpochCompleted::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void isNotInterruptedByATrainerThatComesAndGoesAndIsFollowedByIt() throws Exception {
    TrainerSurroundings surroundings = surroundings("comes-and-goes");
    surroundings.publishValidation();
    surroundings.publish(run("run"));
    surroundings.publishBatches("run", 0, 1, 0, 7);
    TestTrainer first = trainer(surroundings);
    first.awaitBatches(7);
    try (TestTrainer second = trainer(surroundings)) {
      surroundings.awaitTrainers(2);
    }
    surroundings.awaitTrainers(1);
    try (TestTrainer third = trainer(surroundings)) {
      surroundings.awaitTrainers(2);
      surroundings.publishBatches("run", 0, 2, 2, 3);
      surroundings.awaitEpochs(2);
      // whoever begins anew has to train both batches of the second epoch again
      assertThat(first.batches()).isEqualTo(10);
      assertThat(third.batches()).isZero();

      first.close();
      surroundings.publishBatches("run", 0, 3, 0, 5);
      surroundings.await("run", RunStatus.FINISHED);
      assertThat(third.batches()).isEqualTo(5);
    }
    assertThat(surroundings.epochs()).extracting(EpochCompleted::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void opensItsPublisherAgainAfterItsTurnWasTaken() throws Exception {
    TrainerSurroundings surroundings = surroundings("thrown-out");
    surroundings.publishValidation();
    try (TestTrainer trainer = trainer(surroundings)) {
      surroundings.publish(run("a-first"));
      surroundings.publishBatches("a-first", 0, 1, 0, 15);
      surroundings.await("a-first", RunStatus.FINISHED);
      // without a run nothing but a new publisher changes it
      int waiting = surroundings.publisherEpoch();
      surroundings.removeTrainers();
      while (surroundings.publisherEpoch() == waiting) {
        Thread.sleep(50);
      }
      surroundings.publish(run("b-second"));
      surroundings.publishBatches("b-second", 0, 1, 0, 7);
      trainer.awaitBatches(15 + 7);
      surroundings.removeTrainers();
      // the last two were not saved
      trainer.awaitBatches(15 + 7 + 2);
      surroundings.publishBatches("b-second", 0, 2, 2, 8);
      surroundings.await("b-second", RunStatus.FINISHED);
      assertThat(trainer.batches()).isEqualTo(15 + 15 + 2);
    }
    assertThat(surroundings.epochs())
        .extracting(epoch -> epoch.run() + " " + epoch.epoch())
        .containsExactly(
            "a-first 1", "a-first 2", "a-first 3", "b-second 1", "b-second 2", "b-second 3");
  }

  @Test
  void leavesTheNextRunsBatchesAloneUntilItsSessionOpens() throws Exception {
    TrainerSurroundings surroundings = surroundings("next-run");
    surroundings.publishAll(run("a-first"));
    try (TestTrainer trainer = trainer(surroundings)) {
      surroundings.await("a-first", RunStatus.FINISHED);
      while (surroundings.committedOffset() < 15) {
        Thread.sleep(50);
      }
      TrainingRun next = TrainingRun.requested("b-second", PLAN, Instant.now());
      surroundings.publish(next);
      surroundings.publishBatches("b-second", 0, 1, 0, 9);
      // longer than a trainer takes that fetches and commits them
      Thread.sleep(2_500);
      assertThat(surroundings.committedOffset()).isEqualTo(15);

      surroundings.publish(withDataset(next));
      surroundings.publishBatches("b-second", 0, 2, 4, 6);
      surroundings.await("b-second", RunStatus.FINISHED);
      assertThat(trainer.batches()).isEqualTo(30);
      while (surroundings.committedOffset() < 30) {
        Thread.sleep(50);
      }
    }
  }

  @Test
  void bringsADivergedRunToTheSameEndHoweverOftenItIsInterrupted() throws Exception {
    float[] nothing = new float[NetworkConfig.of(PLAN.width(), CLASSES).parameterCount()];
    Arrays.fill(nothing, Float.NaN);
    TrainingState diverged =
        new TrainingState(
            NetworkConfig.of(PLAN.width(), CLASSES),
            nothing,
            nothing,
            nothing,
            Optional.empty(),
            Optional.empty(),
            0);
    TrainerSurroundings undisturbed = surroundings("diverged");
    undisturbed.publishState("run", diverged);
    undisturbed.publishAll(run("run"));
    try (TestTrainer trainer = trainer(undisturbed)) {
      undisturbed.await("run", RunStatus.FINISHED);
    }
    TrainerSurroundings disturbed = surroundings("diverged-disturbed");
    disturbed.publishState("run", diverged);
    disturbed.publishAll(run("run"));
    for (int i = 0; i < 2; i++) {
      try (TestTrainer trainer = trainer(disturbed)) {
        trainer.awaitBatches(3);
      }
    }
    try (TestTrainer trainer = trainer(disturbed)) {
      disturbed.await("run", RunStatus.FINISHED);
    }
    assertThat(disturbed.checkpoints()).isEqualTo(undisturbed.checkpoints()).hasSize(EPOCHS);
    assertThat(disturbed.epochs()).allMatch(epoch -> Double.isNaN(epoch.validation().loss()));
  }

  @Test
  void saysWhyTheGroupRefusesItUntilItDoesNot() throws Exception {
    TrainerSurroundings surroundings = surroundings("refused");
    surroundings.publishAll(run("run"));
    try (KafkaConsumer<String, byte[]> stranger =
        surroundings
            .kafka()
            .consumer(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    Groups.TRAINER,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    RangeAssignor.class.getName()))) {
      stranger.subscribe(List.of(surroundings.topics().trainingBatches()));
      while (stranger.assignment().isEmpty()) {
        stranger.poll(Duration.ofMillis(100));
      }
      try (TestTrainer trainer = trainer(surroundings)) {
        assertThat(trainer.awaitTrouble()).contains("protocol");
        stranger.close();
        surroundings.await("run", RunStatus.FINISHED);
        trainer.awaitNoTrouble();
      }
    }
  }

  @Test
  void saysWhyNoCommitSucceedsUntilOneDoes() throws Exception {
    TrainerSurroundings surroundings = surroundings("too-large");
    TestTopics.limitRecords(surroundings.kafka(), surroundings.topics().trainerState(), 1_000);
    surroundings.publishAll(run("run"));
    try (TestTrainer trainer = trainer(surroundings, Duration.ZERO)) {
      assertThat(trainer.awaitTrouble()).contains("larger than the max message size");
      TestTopics.limitRecords(surroundings.kafka(), surroundings.topics().trainerState(), 10 << 20);
      surroundings.await("run", RunStatus.FINISHED);
      trainer.awaitNoTrouble();
    }
  }

  @Test
  void requestsTheConfiguredRunOnceHoweverOftenItStarts() throws Exception {
    TrainerSurroundings surroundings = surroundings("autostart");
    surroundings.publishValidation();
    String requested;
    try (TestTrainer trainer = autostarting(surroundings)) {
      TrainingRun run = trainer.awaitRun();
      assertThat(run.plan()).isEqualTo(PLAN);
      requested = run.id();
      surroundings.publish(withDataset(run));
      surroundings.publishBatches(requested, 0, 1, 0, 15);
      surroundings.await(requested, RunStatus.FINISHED);
    }
    try (TestTrainer trainer = autostarting(surroundings)) {
      // a run that comes later is taken only after the trainer has decided
      surroundings.publish(run("z-later"));
      surroundings.publishBatches("z-later", 0, 1, 0, 15);
      surroundings.await("z-later", RunStatus.FINISHED);
      assertThat(trainer.knownRuns()).containsExactlyInAnyOrder(requested, "z-later");
    }
  }

  @Test
  void neverDropsThePinnedCheckpointNorTheBest() throws Exception {
    TrainerSurroundings surroundings = surroundings("pinned");
    surroundings.publishValidation();
    TrainingPlan plan = new TrainingPlan("test", 6, 8, false, 8, "original", 7, 0, "cpu", "fp32");
    surroundings.publish(run("run", plan));
    surroundings.publishBatches("run", 0, 1, 0, 5);
    try (TestTrainer trainer = keeping(1, surroundings)) {
      surroundings.awaitEpochs(1);
      surroundings.select(ModelSelection.pinned("run", 1, Instant.now(), "test"));
      surroundings.publishBatches("run", 0, 2, 0, 15);
      surroundings.awaitEpochs(4);
      assertThat(surroundings.keptCheckpoints()).isEqualTo(newestBestAnd(surroundings, 4, 1));

      // another run's epoch is none of this one's
      surroundings.select(ModelSelection.pinned("other", 4, Instant.now(), "test"));
      surroundings.publishBatches("run", 0, 5, 0, 10);
      surroundings.await("run", RunStatus.FINISHED);
    }
    assertThat(surroundings.keptCheckpoints()).isEqualTo(newestBestAnd(surroundings, 6, 6));
  }

  private static Set<Integer> newestBestAnd(
      TrainerSurroundings surroundings, int newest, int pinned) {
    Set<Integer> expected = new TreeSet<>(List.of(newest, pinned));
    surroundings.epochs().stream()
        .max(
            Comparator.comparingDouble((EpochCompleted e) -> e.validation().accuracy())
                .thenComparing(EpochCompleted::epoch))
        .ifPresent(best -> expected.add(best.epoch()));
    return expected;
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

  private static TrainerSurroundings surroundings(String prefix) throws InterruptedException {
    return new TrainerSurroundings(KafkaConnection.to(broker.bootstrapServers()), prefix);
  }

  /** A trainer that publishes its state at the ends of epochs only. */
  private TestTrainer trainer(TrainerSurroundings surroundings) {
    return trainer(surroundings, SELDOM);
  }

  private TestTrainer trainer(TrainerSurroundings surroundings, Duration checkpointInterval) {
    return new TestTrainer(
        surroundings, folder, checkpointInterval, Optional.empty(), CHECKPOINTS_KEPT);
  }

  private TestTrainer autostarting(TrainerSurroundings surroundings) {
    return new TestTrainer(surroundings, folder, SELDOM, Optional.of(PLAN), CHECKPOINTS_KEPT);
  }

  private TestTrainer keeping(int checkpoints, TrainerSurroundings surroundings) {
    return new TestTrainer(surroundings, folder, SELDOM, Optional.empty(), checkpoints);
  }
}
