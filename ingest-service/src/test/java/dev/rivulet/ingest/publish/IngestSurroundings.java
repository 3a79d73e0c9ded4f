package dev.rivulet.ingest.publish;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.broker.TestGroups;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.local.broker.TestTopics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/**
 * What happens around an ingest under test: it plays the trainer and the user, and reads what
 * ingest publishes.
 */
final class IngestSurroundings {
  private final KafkaConnection kafka;
  private final Topics topics;

  /** Creates topics of their own, so that no test meets another one's records. */
  IngestSurroundings(KafkaConnection kafka, String prefix) throws Exception {
    this.kafka = kafka;
    topics = Topics.named(role -> prefix + "-" + role);
    TestTopics.create(
        kafka,
        List.of(
            topics.trainingRunsSpec(),
            topics.trainingBatchesSpec(),
            topics.validationBatchesSpec(),
            topics.trainerStateSpec()));
    try (Admin admin = kafka.admin()) {
      // the groups are the same for all tests, so what one left must not count in the next
      admin.deleteConsumerGroups(List.of(Groups.TRAINER)).deletedGroups();
    }
  }

  KafkaConnection kafka() {
    return kafka;
  }

  Topics topics() {
    return topics;
  }

  void publish(TrainingRun run) {
    TestRecords.publish(
        kafka,
        List.of(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run))));
  }

  /** A trainer's state, of which ingest reads the position alone. */
  void publishPosition(String run, TrainerPosition position) {
    byte[] state = SafeTensors.of(List.of(), position.toMetadata()).toBytes();
    TestRecords.publish(kafka, List.of(new ProducerRecord<>(topics.trainerState(), run, state)));
  }

  void commitAsTrainer(long offset) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .alterConsumerGroupOffsets(
              Groups.TRAINER, Map.of(batchesPartition(), new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  /** As the trainer does with what it has checkpointed. */
  void deleteBatchesBefore(long offset) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .deleteRecords(Map.of(batchesPartition(), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  private TopicPartition batchesPartition() {
    return new TopicPartition(topics.trainingBatches(), 0);
  }

  /** The member that publishes, when so many ingests are in the group and it is at rest. */
  String awaitOwner(int ingests) throws Exception {
    try (Admin admin = kafka.admin()) {
      while (true) {
        ConsumerGroupDescription group =
            admin.describeConsumerGroups(List.of(Groups.INGEST)).all().get().get(Groups.INGEST);
        Optional<String> owner =
            group.members().stream()
                .filter(member -> !member.assignment().topicPartitions().isEmpty())
                .map(MemberDescription::consumerId)
                .findFirst();
        if (group.groupState() == GroupState.STABLE
            && group.members().size() == ingests
            && owner.isPresent()) {
          return owner.get();
        }
        Thread.sleep(50);
      }
    }
  }

  /** Throws every ingest out of the group; they may join it again. */
  void removeIngests() throws Exception {
    TestGroups.removeMembers(kafka, Groups.INGEST);
  }

  /** Changes with each publisher that is opened. */
  int publisherEpoch() throws Exception {
    return TestGroups.producerEpoch(kafka, ImageBatchPublisher.TRANSACTIONAL_ID);
  }

  void awaitRecords(int wanted) throws InterruptedException {
    while (records().size() < wanted) {
      Thread.sleep(100);
    }
  }

  /** How many records there are when no more come for a while. */
  int awaitStandstill() throws InterruptedException {
    int before = -1;
    int now = 0;
    while (now == 0 || now != before) {
      before = now;
      Thread.sleep(2_000);
      now = records().size();
    }
    return now;
  }

  ConsumerRecord<String, byte[]> lastRecord() {
    List<ConsumerRecord<String, byte[]>> records = records();
    return records.get(records.size() - 1);
  }

  /** The batches that have been published. */
  List<ConsumerRecord<String, byte[]>> records() {
    return read(topics.trainingBatches());
  }

  List<Integer> values() {
    return records().stream().map(record -> Arrays.hashCode(record.value())).toList();
  }

  List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(records::add);
    }
    return records;
  }

  /** What compaction would keep. */
  TrainingRun lastRunEvent() {
    List<ConsumerRecord<String, byte[]>> events = read(topics.trainingRuns());
    return EventJson.read(events.get(events.size() - 1).value(), TrainingRun.class);
  }

  TrainingRun find(String id) {
    RunLedger ledger = new RunLedger();
    read(topics.trainingRuns()).forEach(ledger::apply);
    return ledger.find(id).orElseThrow();
  }
}
