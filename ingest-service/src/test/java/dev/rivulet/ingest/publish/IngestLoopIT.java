package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.ingest.dataset.CifarDownload;
import dev.rivulet.ingest.dataset.Datasets;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.local.broker.TestTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
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
    Topics topics = topics("restarts");
    publish(topics, run("run", images.toString(), 8));
    for (int i = 0; i < 3; i++) {
      try (Ingest ingest = new Ingest(topics, 16)) {
        awaitRecords(topics, 4 * (i + 1));
        // the trainer has consumed everything, so the window opens again
        commitAsTrainer(topics, lastRecord(topics).offset() + 2);
      }
    }
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, 8 * BATCHES_PER_EPOCH);
    }
    List<ConsumerRecord<String, byte[]>> records = records(topics);
    assertThat(records).hasSize(8 * BATCHES_PER_EPOCH);
    for (int i = 0; i < records.size(); i++) {
      ImageBatch.Position position = ImageBatch.Position.of(records.get(i));
      assertThat(position.epoch()).isEqualTo(1 + i / BATCHES_PER_EPOCH);
      assertThat(position.batch()).isEqualTo(i % BATCHES_PER_EPOCH);
    }
  }

  @Test
  void publishesTheSameBytesAsAnUndisturbedIngest() throws Exception {
    Topics once = topics("once");
    Topics twice = topics("twice");
    publish(once, run("run", images.toString(), 2));
    publish(twice, run("run", images.toString(), 2));
    try (Ingest ingest = new Ingest(once, 1_000)) {
      awaitRecords(once, 2 * BATCHES_PER_EPOCH);
    }
    try (Ingest ingest = new Ingest(twice, 16)) {
      awaitRecords(twice, 1);
    }
    try (Ingest ingest = new Ingest(twice, 1_000)) {
      awaitRecords(twice, 2 * BATCHES_PER_EPOCH);
    }
    assertThat(values(twice)).isEqualTo(values(once));
  }

  @Test
  void namesTheDataSetAndPublishesItsValidationImagesOnce() throws Exception {
    Topics topics = topics("dataset");
    publish(topics, run("run", images.toString(), 1));
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, BATCHES_PER_EPOCH);
      TrainingRun first = find(topics, "run");
      publish(topics, first.ended(RunStatus.FINISHED, Instant.now(), Optional.empty()));
      publish(topics, run("same-again", images.toString(), 1));
      awaitRecords(topics, 2 * BATCHES_PER_EPOCH);
    }
    TrainingRun run = find(topics, "same-again");
    assertThat(run.dataset()).isPresent();
    assertThat(run.dataset().get().classes()).containsExactly("dark", "light");
    assertThat(run.dataset().get().trainImages()).isEqualTo(TRAIN_IMAGES);
    List<ConsumerRecord<String, byte[]>> validation = read(topics.validationBatches());
    assertThat(validation).hasSize(1);
    assertThat(ValidationBatch.fromRecord(validation.get(0)).content().size()).isEqualTo(4);
  }

  @Test
  void staysAWindowAheadOfTheTrainerAndNoMore() throws Exception {
    Topics topics = topics("window");
    publish(topics, run("run", images.toString(), 1_000));
    try (Ingest ingest = new Ingest(topics, 64)) {
      int before = awaitStandstill(topics);
      long window = (long) ingest.registry.get("rivulet.window.records").gauge().value();
      assertThat((long) before).isPositive().isLessThanOrEqualTo(window);
      commitAsTrainer(topics, 20);
      assertThat(awaitStandstill(topics)).isGreaterThan(before);
    }
  }

  @Test
  void startsWhereTheTrainerStandsWhenItsRecordsAreGone() throws Exception {
    Topics topics = topics("trimmed");
    publish(topics, run("run", images.toString(), 2));
    try (Ingest ingest = new Ingest(topics, 16)) {
      awaitStandstill(topics);
    }
    int last = ImageBatch.Position.of(lastRecord(topics)).batch();
    long bookmark = lastRecord(topics).offset();
    try (Admin admin = kafka().admin()) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(topics.trainingBatches(), 0),
                  RecordsToDelete.beforeOffset(bookmark)))
          .all()
          .get();
    }
    commitAsTrainer(topics, bookmark + 2);
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, 2);
    }
    ImageBatch.Position next = ImageBatch.Position.of(records(topics).get(1));
    assertThat(next.batch()).isEqualTo((last + 1) % BATCHES_PER_EPOCH);
  }

  @Test
  void goesOnWithTheNextEpochForATrainerThatWasStoppedWhileItValidated() throws Exception {
    Topics topics = topics("validating");
    TrainerPosition wholeEpoch =
        new TrainerPosition(
            "run", 1, 1, BATCHES_PER_EPOCH, BATCHES_PER_EPOCH, 0, 0, 0, 0, PhaseSeconds.ZERO, 0, 0);
    byte[] state = SafeTensors.of(List.of(), wholeEpoch.toMetadata()).toBytes();
    TestRecords.publish(
        kafka(), List.of(new ProducerRecord<>(topics.trainerState(), "run", state)));
    publish(topics, run("run", images.toString(), 2));
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, BATCHES_PER_EPOCH);
    }
    assertThat(records(topics))
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .containsExactlyElementsOf(
            IntStream.range(0, BATCHES_PER_EPOCH)
                .mapToObj(batch -> new BatchAddress(2, batch))
                .toList());
  }

  @Test
  void saysAgainThatARunHasEndedIfItsDatasetWasNamedAfterwards() throws Exception {
    Topics topics = topics("overtaken");
    TrainingRun run = run("run", images.toString(), 1);
    publish(topics, run);
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, BATCHES_PER_EPOCH);
    }
    TrainingRun named = find(topics, "run");
    publish(topics, named.ended(RunStatus.STOPPED, Instant.now(), Optional.empty()));
    publish(topics, named);
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      while (lastRunEvent(topics).status() != RunStatus.STOPPED) {
        Thread.sleep(50);
      }
    }
    assertThat(lastRunEvent(topics).dataset()).isEqualTo(named.dataset()).isPresent();
    assertThat(read(topics.trainingRuns())).hasSize(5);
  }

  @Test
  void staysWithTheRunThatIsUnderWayWhenAnOlderOneIsResumed() throws Exception {
    Topics topics = topics("resumed-beside");
    TrainingRun older = run("a-older", images.toString(), 8);
    publish(topics, older.ended(RunStatus.STOPPED, Instant.now(), Optional.empty()));
    publish(topics, run("b-newer", images.toString(), 8));
    try (Ingest ingest = new Ingest(topics, 16)) {
      int before = awaitStandstill(topics);
      publish(topics, find(topics, "b-newer").running(Instant.now()));
      publish(topics, older.resumed());
      commitAsTrainer(topics, lastRecord(topics).offset() + 2);
      assertThat(awaitStandstill(topics)).isGreaterThan(before);
    }
    assertThat(records(topics)).allMatch(record -> record.key().equals("b-newer"));
  }

  @Test
  void failsARunWhoseFolderIsMissingAndTakesTheNextOne() throws Exception {
    Topics topics = topics("missing");
    publish(topics, run("a-missing", images.resolve("nowhere").toString(), 1));
    publish(topics, run("b-there", images.toString(), 1));
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      awaitRecords(topics, BATCHES_PER_EPOCH);
    }
    TrainingRun failed = find(topics, "a-missing");
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.message()).hasValueSatisfying(m -> assertThat(m).contains("nowhere"));
    assertThat(records(topics)).allMatch(record -> record.key().equals("b-there"));
  }

  @Test
  void oneOfTwoIngestsPublishesAndTheOtherTakesOver() throws Exception {
    Topics topics = topics("standby");
    publish(topics, run("run", images.toString(), 6));
    Ingest first = new Ingest(topics, 16);
    awaitRecords(topics, 4);
    try (Ingest second = new Ingest(topics, 1_000)) {
      first.close();
      awaitRecords(topics, 6 * BATCHES_PER_EPOCH);
    }
    assertThat(records(topics)).hasSize(6 * BATCHES_PER_EPOCH);
  }

  @Test
  void isNotInterruptedByAnIngestThatComesAndGoesAndIsFollowedByIt() throws Exception {
    Topics topics = topics("comes-and-goes");
    publish(topics, run("run", images.toString(), 8));
    Ingest first = new Ingest(topics, 16);
    int before = awaitStandstill(topics);
    String owner = awaitOwner(1);
    // whoever has been interrupted opens its publisher anew, which begins a new epoch of its id
    int epoch = producerEpoch();
    try (Ingest second = new Ingest(topics, 16)) {
      assertThat(awaitOwner(2)).isEqualTo(owner);
    }
    assertThat(awaitOwner(1)).isEqualTo(owner);
    try (Ingest third = new Ingest(topics, 16)) {
      assertThat(awaitOwner(2)).isEqualTo(owner);
      assertThat(producerEpoch()).isEqualTo(epoch);
      commitAsTrainer(topics, lastRecord(topics).offset() + 2);
      awaitRecords(topics, before + 1);
      assertThat(third.batches()).isZero();

      first.close();
      while (records(topics).size() < 8 * BATCHES_PER_EPOCH) {
        commitAsTrainer(topics, lastRecord(topics).offset() + 2);
        Thread.sleep(100);
      }
    }
    assertThat(records(topics))
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .doesNotHaveDuplicates()
        .hasSize(8 * BATCHES_PER_EPOCH);
  }

  @Test
  void opensItsPublisherAgainAfterItsTurnWasTaken() throws Exception {
    Topics topics = topics("thrown-out");
    publish(topics, run("run", images.toString(), 2));
    try (Ingest ingest = new Ingest(topics, 16)) {
      awaitStandstill(topics);
      // while the window is full nothing but a new publisher changes it
      int epoch = producerEpoch();
      try (Admin admin = kafka().admin()) {
        admin
            .removeMembersFromConsumerGroup(
                Groups.INGEST, new RemoveMembersFromConsumerGroupOptions())
            .all()
            .get();
      }
      while (producerEpoch() == epoch) {
        Thread.sleep(50);
      }
      while (records(topics).size() < 2 * BATCHES_PER_EPOCH) {
        commitAsTrainer(topics, lastRecord(topics).offset() + 2);
        Thread.sleep(100);
      }
    }
    assertThat(records(topics))
        .extracting(record -> BatchAddress.of(ImageBatch.Position.of(record)))
        .doesNotHaveDuplicates()
        .hasSize(2 * BATCHES_PER_EPOCH);
  }

  @Test
  void saysWhyTheGroupRefusesItUntilItDoesNot() throws Exception {
    Topics topics = topics("refused");
    publish(topics, run("run", images.toString(), 1));
    try (KafkaConsumer<String, byte[]> stranger =
        kafka()
            .consumer(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    Groups.INGEST,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    RangeAssignor.class.getName()))) {
      stranger.subscribe(List.of(topics.trainingRuns()));
      while (stranger.assignment().isEmpty()) {
        stranger.poll(Duration.ofMillis(100));
      }
      try (Ingest ingest = new Ingest(topics, 1_000)) {
        assertThat(ingest.awaitTrouble()).contains("protocol");
        stranger.close();
        awaitRecords(topics, BATCHES_PER_EPOCH);
        ingest.awaitNoTrouble();
      }
    }
  }

  @Test
  void saysWhyNoCommitSucceedsUntilOneDoes() throws Exception {
    Topics topics = topics("too-large");
    TestTopics.limitRecords(kafka(), topics.validationBatches(), 1_000);
    publish(topics, run("run", images.toString(), 1));
    try (Ingest ingest = new Ingest(topics, 1_000)) {
      assertThat(ingest.awaitTrouble()).contains("larger than the max message size");
      TestTopics.limitRecords(kafka(), topics.validationBatches(), 10 << 20);
      awaitRecords(topics, BATCHES_PER_EPOCH);
      ingest.awaitNoTrouble();
    }
  }

  @Test
  void tellsHowManyBytesATopicHas() throws Exception {
    Topics topics = topics("sizes");
    publish(topics, run("run", "shapes", 1));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Admin admin = kafka().admin();
        TopicSizes sizes = new TopicSizes(admin, topics.names(), registry)) {
      assertThat(bytes(registry, topics.trainingRuns())).isNaN();
      sizes.start();
      while (Double.isNaN(bytes(registry, topics.trainingRuns()))) {
        Thread.sleep(20);
      }
      assertThat(bytes(registry, topics.trainingRuns())).isPositive();
      assertThat(bytes(registry, topics.trainingBatches())).isZero();
    }
  }

  private static double bytes(SimpleMeterRegistry registry, String topic) {
    return registry.get("rivulet.topic").tag("topic", topic).gauge().value();
  }

  /** An ingest as the service builds it, but in this process. */
  private final class Ingest implements AutoCloseable {
    private final AtomicBoolean closing = new AtomicBoolean();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Admin admin = kafka().admin();
    private final IngestLoop loop;
    private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

    Ingest(Topics topics, int windowImages) {
      CifarDownload nowhere = new CifarDownload(URI.create("http://127.0.0.1:9/none"));
      loop =
          new IngestLoop(
              new IngestEnvironment(
                  kafka(),
                  topics,
                  admin,
                  new Datasets(images.resolve("downloads"), nowhere),
                  new IngestMetrics(registry),
                  windowImages,
                  workers,
                  closing::get));
      loop.start((thread, why) -> deaths.add(thread.getName() + ": " + why));
    }

    /** Waits until there is trouble with Kafka. */
    String awaitTrouble() throws InterruptedException {
      while (loop.trouble().isEmpty()) {
        Thread.sleep(20);
      }
      return loop.trouble().orElseThrow();
    }

    /** Waits until the trouble is over. */
    void awaitNoTrouble() throws InterruptedException {
      while (loop.trouble().isPresent()) {
        Thread.sleep(20);
      }
    }

    int batches() {
      return (int) registry.counter("rivulet.batches.published").count();
    }

    @Override
    public void close() throws InterruptedException {
      closing.set(true);
      loop.close();
      admin.close();
      workers.shutdownNow();
      assertThat(deaths).isEmpty();
    }
  }

  private static KafkaConnection kafka() {
    return KafkaConnection.to(broker.bootstrapServers());
  }

  private static Topics topics(String prefix) throws Exception {
    Topics topics = Topics.named(role -> prefix + "-" + role);
    try (Admin admin = kafka().admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(
                  topics.trainingRunsSpec(),
                  topics.trainingBatchesSpec(),
                  topics.validationBatchesSpec(),
                  topics.trainerStateSpec()));
      // the groups are the same for all tests, so what one left must not count in the next
      admin.deleteConsumerGroups(List.of(Groups.TRAINER)).deletedGroups();
    }
    return topics;
  }

  private static TrainingRun run(String id, String dataset, int epochs) {
    TrainingPlan plan =
        new TrainingPlan(dataset, epochs, BATCH, true, 8, "original", 5, 0, "cpu", "fp32");
    return TrainingRun.requested(id, plan, Instant.now());
  }

  private static void publish(Topics topics, TrainingRun run) {
    TestRecords.publish(
        kafka(),
        List.of(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run))));
  }

  private static void commitAsTrainer(Topics topics, long offset) throws Exception {
    try (Admin admin = kafka().admin()) {
      admin
          .alterConsumerGroupOffsets(
              Groups.TRAINER,
              Map.of(
                  new TopicPartition(topics.trainingBatches(), 0), new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  /** The member that publishes, when so many ingests are in the group and it is at rest. */
  private static String awaitOwner(int ingests) throws Exception {
    try (Admin admin = kafka().admin()) {
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

  private static int producerEpoch() throws Exception {
    try (Admin admin = kafka().admin()) {
      String id = ImageBatchPublisher.TRANSACTIONAL_ID;
      return admin.describeTransactions(List.of(id)).description(id).get().producerEpoch();
    }
  }

  private static void awaitRecords(Topics topics, int wanted) throws InterruptedException {
    while (records(topics).size() < wanted) {
      Thread.sleep(100);
    }
  }

  /** How many records there are when no more come for a while. */
  private static int awaitStandstill(Topics topics) throws InterruptedException {
    int before = -1;
    int now = 0;
    while (now == 0 || now != before) {
      before = now;
      Thread.sleep(2_000);
      now = records(topics).size();
    }
    return now;
  }

  private static ConsumerRecord<String, byte[]> lastRecord(Topics topics) {
    List<ConsumerRecord<String, byte[]>> records = records(topics);
    return records.get(records.size() - 1);
  }

  private static List<ConsumerRecord<String, byte[]>> records(Topics topics) {
    return read(topics.trainingBatches());
  }

  private static List<Integer> values(Topics topics) {
    return records(topics).stream().map(record -> Arrays.hashCode(record.value())).toList();
  }

  private static List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka(), topic)) {
      reader.readToEnd(records::add);
    }
    return records;
  }

  /** What compaction would keep. */
  private static TrainingRun lastRunEvent(Topics topics) {
    List<ConsumerRecord<String, byte[]>> events = read(topics.trainingRuns());
    return EventJson.read(events.get(events.size() - 1).value(), TrainingRun.class);
  }

  private static TrainingRun find(Topics topics, String id) {
    RunLedger ledger = new RunLedger();
    read(topics.trainingRuns()).forEach(ledger::apply);
    return ledger.find(id).orElseThrow();
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
