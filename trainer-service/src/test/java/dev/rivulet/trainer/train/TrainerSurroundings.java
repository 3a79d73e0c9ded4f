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
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.broker.TestGroups;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.local.broker.TestTopics;
import dev.rivulet.network.TrainingState;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher;
import dev.rivulet.trainer.checkpoint.SavedState;
import dev.rivulet.trainer.consume.RunFollower;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/**
 * What happens around a trainer under test: it plays ingest and the user, and reads what the
 * trainer publishes. Runs have {@link #EPOCHS} epochs of {@link #BATCHES} batches of 8 images, all
 * of them noise.
 */
final class TrainerSurroundings {
  static final int EPOCHS = 3;
  static final int BATCHES = 5;
  static final int CLASSES = 3;
  static final int TRAIN_IMAGES = 40;
  static final int VALIDATION_IMAGES = 12;
  static final TrainingPlan PLAN = plan("original");

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

  private final KafkaConnection kafka;
  private final Topics topics;

  /** Creates topics of their own, so that no test meets another one's records. */
  TrainerSurroundings(KafkaConnection kafka, String prefix) throws InterruptedException {
    this.kafka = kafka;
    topics = Topics.named(role -> prefix + "-" + role);
    TestTopics.create(
        kafka,
        List.of(
            topics.trainingRunsSpec(),
            topics.trainingBatchesSpec(),
            topics.validationBatchesSpec(),
            topics.trainingMetricsSpec(),
            topics.checkpointsSpec(),
            topics.modelSelectionSpec(),
            topics.trainerStateSpec()));
  }

  KafkaConnection kafka() {
    return kafka;
  }

  Topics topics() {
    return topics;
  }

  /** With dropout, so that every step depends on its number and the seed. */
  static TrainingPlan plan(String recipe) {
    return new TrainingPlan(
        "test",
        EPOCHS,
        8,
        false,
        8,
        recipe,
        7,
        0,
        "cpu",
        "fp32",
        List.of(),
        Map.of("dropout", 0.5));
  }

  static TrainingRun run(String id) {
    return run(id, PLAN);
  }

  static TrainingRun run(String id, TrainingPlan plan) {
    return TrainingRun.requested(id, plan, Instant.now()).withDataset(DATASET);
  }

  /** What ingest answers to a run that was requested. */
  static TrainingRun withDataset(TrainingRun run) {
    return run.withDataset(DATASET);
  }

  /** All that the trainer needs to bring a run to its end. */
  void publishAll(TrainingRun run) {
    publishValidation();
    publish(run);
    publishBatches(run.id(), 0, 1, 0, EPOCHS * BATCHES);
  }

  void publishValidation() {
    send(
        List.of(
            new ValidationBatch(DATASET.id(), 0, images(99, VALIDATION_IMAGES))
                .toRecord(topics.validationBatches())));
  }

  void publish(TrainingRun run) {
    send(List.of(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run))));
  }

  /**
   * @param batch the first one's index in its epoch; {@code count} may lead into later epochs
   */
  void publishBatches(String run, int attempt, int epoch, int batch, int count) {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = (epoch - 1) * BATCHES + batch + i;
      LabelledImages images = images(index, 8);
      ImageBatch.parts(run, attempt, 1 + index / BATCHES, index % BATCHES, images)
          .forEach(part -> records.add(part.toRecord(topics.trainingBatches())));
    }
    send(records);
  }

  void select(ModelSelection selection) {
    send(
        List.of(
            new ProducerRecord<>(
                topics.modelSelection(), ModelSelection.KEY, EventJson.write(selection))));
  }

  /** Waits until the run has this status; fails if it ends with another one. */
  TrainingRun await(String id, RunStatus status) throws InterruptedException {
    while (true) {
      RunFollower follower = new RunFollower(kafka, topics.trainingRuns());
      follower.catchUp();
      TrainingRun run = follower.ledger().find(id).orElseThrow();
      if (run.status() == status) {
        return run;
      }
      assertThat(run.status().ended()).as("%s: %s", run.status(), run.message()).isFalse();
      Thread.sleep(100);
    }
  }

  void awaitEpochs(int wanted) throws InterruptedException {
    while (epochs().size() < wanted) {
      Thread.sleep(50);
    }
  }

  /** Waits until so many trainers are in the group, and the group has made up its mind. */
  void awaitTrainers(int wanted) throws Exception {
    try (Admin admin = kafka.admin()) {
      ConsumerGroupDescription group = null;
      while (group == null
          || group.groupState() != GroupState.STABLE
          || group.members().size() != wanted) {
        Thread.sleep(50);
        group =
            admin.describeConsumerGroups(List.of(Groups.TRAINER)).all().get().get(Groups.TRAINER);
      }
    }
  }

  /** What the trainer says it has consumed, 0 if nothing yet. */
  long committedOffset() throws Exception {
    try (Admin admin = kafka.admin()) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets(Groups.TRAINER)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topics.trainingBatches(), 0));
      return offset == null ? 0 : offset.offset();
    }
  }

  /** Changes with each publisher that is opened, and with each transaction. */
  int publisherEpoch() throws Exception {
    return TestGroups.producerEpoch(kafka, CheckpointPublisher.TRANSACTIONAL_ID);
  }

  /** Throws every trainer out of the group; they may join it again. */
  void removeTrainers() throws Exception {
    TestGroups.removeMembers(kafka, Groups.TRAINER);
  }

  /** A state as a trainer saves it, before the first batch and with these weights. */
  void publishState(String run, TrainingState state) {
    SavedState saved = new SavedState(state, TrainerPosition.start(run, 0));
    send(List.of(new ProducerRecord<>(topics.trainerState(), run, saved.toBytes())));
  }

  List<EpochCompleted> epochs() {
    List<EpochCompleted> epochs = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics.trainingMetrics())) {
      reader.readToEnd(record -> epochs.add(EventJson.read(record.value(), EpochCompleted.class)));
    }
    return epochs;
  }

  /** The weights' checksum by epoch. */
  Map<Integer, String> checkpoints() {
    Map<Integer, String> checksums = new TreeMap<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics.checkpoints())) {
      reader.readToEnd(
          record -> {
            ModelDescription model =
                ModelDescription.fromMetadata(SafeTensors.read(record.value()));
            checksums.put(model.epoch(), model.sha256());
          });
    }
    return checksums;
  }

  /** The epochs of the run {@code run} whose checkpoints have no tombstone. */
  Set<Integer> keptCheckpoints() {
    Set<Integer> kept = new TreeSet<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics.checkpoints())) {
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

  private void send(List<ProducerRecord<String, byte[]>> records) {
    TestRecords.publish(kafka, records);
  }

  private static LabelledImages images(int seed, int n) {
    Random random = new Random(seed);
    byte[] pixels = new byte[n * LabelledImages.IMAGE_BYTES];
    random.nextBytes(pixels);
    return new LabelledImages(pixels, random.ints(n, 0, CLASSES).toArray());
  }
}
