package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rivulet.deploy.Manifests;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.broker.ServerLogging;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The permissions that the manifests give are those that the services need, and no more: the real
 * services, each with its own certificate, on a broker that permits nothing else.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeastPrivilegeIT {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What each may read. */
  private static final Map<String, Set<String>> READERS =
      Map.of(
          "rivulet-ingest",
          Set.of("training-runs", "training-batches", "validation-batches", "trainer-state"),
          "rivulet-trainer",
          Set.of(
              "training-runs",
              "training-batches",
              "validation-batches",
              "training-metrics",
              "model-selection",
              "trainer-state"),
          "rivulet-inference",
          Set.of(
              "training-runs",
              "training-metrics",
              "training-progress",
              "validation-batches",
              "checkpoints",
              "model-selection",
              "images",
              "predictions",
              "images-rejected"),
          "rivulet-client",
          Set.of("training-runs", "training-metrics", "images", "predictions", "images-rejected"),
          "rivulet-operator",
          Set.of("training-runs", "training-metrics", "checkpoints", "model-selection"),
          "rivulet-keda",
          Set.of());

  /** What each may write. */
  private static final Map<String, Set<String>> WRITERS =
      Map.of(
          "rivulet-ingest",
          Set.of("training-runs", "training-batches", "validation-batches"),
          "rivulet-trainer",
          Set.of(
              "training-runs",
              "training-metrics",
              "training-progress",
              "checkpoints",
              "trainer-state"),
          "rivulet-inference",
          Set.of("model-selection", "predictions", "images-rejected"),
          "rivulet-client",
          Set.of("training-runs", "images"),
          "rivulet-operator",
          Set.of("checkpoints", "model-selection"),
          "rivulet-keda",
          Set.of());

  @TempDir static Path folder;

  private static final Manifests MANIFESTS = Manifests.of("cpu");
  private static final List<StartedService> SERVICES = new ArrayList<>();
  private static SecuredCluster cluster;

  @BeforeAll
  static void deploy() throws Exception {
    ServerLogging.quiet();
    cluster = SecuredCluster.start(folder, MANIFESTS);
    for (String name : List.of("ingest", "trainer", "inference")) {
      SERVICES.add(DeployedService.start(MANIFESTS.get("Deployment", name), cluster, folder));
    }
    // inference will be ready when there is a checkpoint
    SERVICES.get(0).awaitReady();
    SERVICES.get(1).awaitReady();
  }

  @AfterAll
  static void remove() {
    SERVICES.forEach(StartedService::close);
    cluster.close();
  }

  @Test
  @Order(1)
  void aRunIsTrainedAndImagesAreClassified() throws Exception {
    Rivulet.Result train =
        asClient("train", "--dataset", "shapes", "--width", "8", "--limit", "640", "--epochs", "1");
    assertThat(train.exitCode()).as(train.output() + logs()).isZero();

    Path image = Files.write(folder.resolve("picture.png"), TestImages.good(0));
    Path broken = Files.write(folder.resolve("broken.png"), TestImages.broken(0));
    SERVICES.get(2).awaitReady();
    Rivulet.Result classified = asClient("classify", image.toString());
    assertThat(classified.exitCode()).as(classified.output() + logs()).isZero();
    assertThat(classified.output()).contains("picture.png");
    assertThat(asClient("classify", broken.toString()).output()).contains("broken.png");
    assertThat(asClient("runs").output()).contains("finished");
    assertThat(asClient("replay", "--images", "--from", "0", "--dry-run").output())
        .contains("2 images would be sent again");

    assertThat(asOperator("models").output()).contains("shapes");
    Rivulet.Result pinned = asOperator("pin", "best");
    assertThat(pinned.exitCode()).as(pinned.output()).isZero();
    Path exported = folder.resolve("exported");
    Rivulet.Result export =
        asOperator("export", runOf(train.output()), "--to", exported.toString());
    assertThat(export.exitCode()).as(export.output()).isZero();
    assertThat(exported.resolve("model.onnx")).exists();

    assertThat(begin(TOPICS.trainingBatches())).as("trimmed behind the checkpoint").isPositive();
    assertThat(SERVICES).allMatch(StartedService::isAlive);
    for (StartedService service : SERVICES) {
      assertThat(service.log())
          .as(service.name())
          .noneMatch(line -> line.toLowerCase().contains("authoriz"));
    }
  }

  @Test
  @Order(2)
  void nobodyReadsWhatIsNotMeantForHim() {
    for (Map.Entry<String, Set<String>> reader : READERS.entrySet()) {
      Set<String> readable = new TreeSet<>();
      for (String topic : topics()) {
        if (reads(cluster.as(reader.getKey()), topic)) {
          readable.add(topic);
        }
      }
      assertThat(readable).as(reader.getKey()).isEqualTo(new TreeSet<>(reader.getValue()));
    }
  }

  @Test
  @Order(2)
  void nobodyWritesWhatIsNotHisToSay() {
    for (Map.Entry<String, Set<String>> writer : WRITERS.entrySet()) {
      try (KafkaProducer<String, byte[]> producer = cluster.as(writer.getKey()).producer()) {
        for (String topic : topics()) {
          if (!writer.getValue().contains(topic)) {
            // an id of nobody's: if it were let in, it would harm nothing
            assertThatThrownBy(
                    () -> producer.send(new ProducerRecord<>(topic, "nobody", null)).get(),
                    "%s to %s",
                    writer.getKey(),
                    topic)
                // of the cluster for KEDA, which may write nothing at all
                .hasCauseInstanceOf(AuthorizationException.class);
          }
        }
      }
    }
  }

  @Test
  @Order(2)
  void nobodyCreatesAltersOrDeletes() {
    for (String user : READERS.keySet()) {
      try (Admin admin = cluster.as(user).admin()) {
        assertThatThrownBy(
                () ->
                    admin.createTopics(List.of(new NewTopic("another", 1, (short) 1))).all().get())
            .as(user)
            .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> admin.deleteTopics(List.of(TOPICS.images())).all().get())
            .as(user)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
        if (!user.equals("rivulet-trainer")) {
          assertThatThrownBy(() -> trim(admin, TOPICS.trainingBatches()))
              .as(user)
              .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThatThrownBy(() -> trim(admin, TOPICS.images()))
            .as(user)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
        if (!user.equals("rivulet-ingest")) {
          assertThatThrownBy(() -> admin.describeLogDirs(List.of(1)).allDescriptions().get())
              .as(user)
              .hasCauseInstanceOf(ClusterAuthorizationException.class);
        }
      }
    }
  }

  @Test
  @Order(2)
  void nobodyTakesTheNameOfAnother() {
    assertThat(fencing("rivulet-ingest", "rivulet-trainer"))
        .isInstanceOf(TransactionalIdAuthorizationException.class);
    assertThat(fencing("rivulet-inference", "rivulet-ingest"))
        .isInstanceOf(TransactionalIdAuthorizationException.class);
    assertThat(fencing("rivulet-client", "rivulet-inference-1"))
        .isInstanceOf(TransactionalIdAuthorizationException.class);
    assertThat(joining("rivulet-client", Groups.INFERENCE))
        .isInstanceOf(GroupAuthorizationException.class);
    assertThat(joining("rivulet-ingest", Groups.TRAINER))
        .isInstanceOf(GroupAuthorizationException.class);
  }

  @Test
  @Order(2)
  void nobodyComesInWithoutACertificate() {
    try (Admin admin = cluster.asNobody().admin()) {
      assertThatThrownBy(() -> admin.describeCluster().nodes().get())
          .hasCauseInstanceOf(SslAuthenticationException.class);
    }
  }

  @Test
  @Order(2)
  void kedaMeasuresTheLag() throws Exception {
    try (Admin admin = cluster.as("rivulet-keda").admin()) {
      long end = 0;
      for (int i = 0; i < TOPICS.imagesSpec().partitions(); i++) {
        TopicPartition partition = new TopicPartition(TOPICS.images(), i);
        end +=
            admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
      }
      long done =
          admin
              .listConsumerGroupOffsets(Groups.INFERENCE)
              .partitionsToOffsetAndMetadata()
              .get()
              .values()
              .stream()
              .mapToLong(offset -> offset.offset())
              .sum();
      assertThat(end).isEqualTo(2).isEqualTo(done);
    }
  }

  @Test
  @Order(2)
  void ingestMeasuresTheTopics() throws Exception {
    try (Admin admin = cluster.as("rivulet-ingest").admin()) {
      assertThat(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values())
          .anySatisfy(
              log ->
                  assertThat(log.replicaInfos())
                      .containsKey(new TopicPartition(TOPICS.checkpoints(), 0)));
    }
  }

  private static List<String> topics() {
    return MANIFESTS.ofKind("KafkaTopic").stream().map(Manifests::name).toList();
  }

  /** Whether a user gets the records of a topic, which has some. */
  private static boolean reads(KafkaConnection user, String topic) {
    try (KafkaConsumer<String, byte[]> consumer = user.consumer(Map.of())) {
      List<TopicPartition> partitions =
          MANIFESTS.get("KafkaTopic", topic).at("/spec/partitions").asInt() == 1
              ? List.of(new TopicPartition(topic, 0))
              : consumer.partitionsFor(topic).stream()
                  .map(info -> new TopicPartition(topic, info.partition()))
                  .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadlineNanos) {
        if (!consumer.poll(POLL).isEmpty()) {
          return true;
        }
      }
      throw new AssertionError("no record came from " + topic);
    } catch (TopicAuthorizationException e) {
      return false;
    }
  }

  private static void trim(Admin admin, String topic) throws Exception {
    admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
        .all()
        .get();
  }

  private static Throwable fencing(String user, String transactionalId) {
    try (KafkaProducer<String, byte[]> producer =
        cluster.as(user).transactionalProducer(transactionalId)) {
      return catchThrowable(producer::initTransactions);
    }
  }

  private static Throwable joining(String user, String group) {
    try (KafkaConsumer<String, byte[]> consumer =
        cluster.as(user).consumer(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))) {
      consumer.subscribe(List.of(TOPICS.trainingRuns()));
      return catchThrowable(() -> consumer.poll(PATIENCE));
    }
  }

  private static long begin(String topic) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Admin admin = cluster.administrator().admin()) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.earliest()))
          .partitionResult(partition)
          .get()
          .offset();
    }
  }

  private static String runOf(String output) {
    Matcher run = Pattern.compile("run (\\d{8}-\\d{6}-\\w{4})").matcher(output);
    assertThat(run.find()).as(output).isTrue();
    return run.group(1);
  }

  private static Rivulet.Result asClient(String... arguments) throws Exception {
    return as("rivulet-client", arguments);
  }

  private static Rivulet.Result asOperator(String... arguments) throws Exception {
    return as("rivulet-operator", arguments);
  }

  /** The command line with a user's certificate. */
  private static Rivulet.Result as(String user, String... arguments) throws Exception {
    Properties settings = new Properties();
    settings.putAll(cluster.settings(cluster.secrets().identity(user)));
    Path file = folder.resolve(user + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of("--bootstrap", cluster.bootstrapServers(), "--kafka-config", file.toString()));
    return Rivulet.run(folder.resolve("out.txt"), all.toArray(String[]::new));
  }

  private static String logs() {
    return SERVICES.toString();
  }
}
