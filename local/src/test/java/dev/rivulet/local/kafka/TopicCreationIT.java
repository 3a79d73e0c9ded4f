package dev.rivulet.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicSpec;
import dev.rivulet.local.broker.TestBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicCreationIT {
  private static TestBroker broker;
  private static Admin admin;

  private final Topics topics = Topics.named(role -> UUID.randomUUID() + "-" + role);

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
    admin = broker.connection().admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void createsEveryTopicAsSpecified() throws Exception {
    new TopicCreation(admin).ensure(all());

    for (TopicSpec spec : all()) {
      assertThat(partitions(spec.name())).isEqualTo(spec.partitions());
      Config config = config(spec.name());
      spec.settings()
          .forEach((name, value) -> assertThat(config.get(name).value()).isEqualTo(value));
    }
  }

  @Test
  void leavesWhatIsThereAsItIs() throws Exception {
    TopicSpec images = topics.imagesSpec();
    create(images.name(), 9, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "99999999"));

    new TopicCreation(admin).ensure(all());
    new TopicCreation(admin).ensure(all());

    assertThat(partitions(images.name())).isEqualTo(9);
    assertThat(config(images.name()).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value())
        .isEqualTo("99999999");
  }

  @Test
  void returnsWhenEveryPartitionCanBeWritten() throws Exception {
    TopicSpec wide = new TopicSpec(UUID.randomUUID().toString(), 200, Map.of());
    Map<String, Object> oneAttempt = new HashMap<>(broker.connection().settings());
    oneAttempt.put(ProducerConfig.RETRIES_CONFIG, 0);
    oneAttempt.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(oneAttempt, new ByteArraySerializer(), new ByteArraySerializer())) {
      new TopicCreation(admin).ensure(List.of(wide));
      List<Future<RecordMetadata>> sends = new ArrayList<>();
      for (int partition = 0; partition < wide.partitions(); partition++) {
        sends.add(producer.send(new ProducerRecord<>(wide.name(), partition, null, new byte[1])));
      }
      for (Future<RecordMetadata> send : sends) {
        assertThatCode(send::get).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void succeedsWhenManyCreateTheSameTopicsAtOnce() throws Exception {
    ExecutorService services = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(
            services.submit(
                () -> {
                  try (Admin own = broker.connection().admin()) {
                    new TopicCreation(own).ensure(all());
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        assertThatCode(one::get).doesNotThrowAnyException();
      }
    } finally {
      services.shutdownNow();
    }
    assertThat(admin.listTopics().names().get())
        .containsAll(all().stream().map(TopicSpec::name).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "cleanup.policy, delete, compact",
    "cleanup.policy, 'compact,delete', compact",
    "max.message.bytes, 1000000, 67108864"
  })
  void refusesCheckpointsThatWouldBeLost(String name, String value, String wanted)
      throws Exception {
    TopicSpec spec = topics.checkpointsSpec();
    Map<String, String> settings = new HashMap<>(spec.settings());
    settings.put(name, value);
    create(spec.name(), 1, settings);

    assertConflict(
        spec,
        "topic %s has %s=%s, which would lose data; set it to %s (kafka-configs.sh --alter) or name another topic by rivulet.topics.*"
            .formatted(spec.name(), name, value, wanted));
  }

  @ParameterizedTest
  @CsvSource({
    "cleanup.policy, compact, delete",
    "retention.ms, 604800000, -1",
    "retention.bytes, 1000000000, -1"
  })
  void refusesBatchesThatWouldBeLost(String name, String value, String wanted) throws Exception {
    TopicSpec spec = topics.trainingBatchesSpec();
    Map<String, String> settings = new HashMap<>(spec.settings());
    settings.put(name, value);
    create(spec.name(), 1, settings);

    assertConflict(
        spec,
        "topic %s has %s=%s, which would lose data; set it to %s (kafka-configs.sh --alter) or name another topic by rivulet.topics.*"
            .formatted(spec.name(), name, value, wanted));
  }

  @Test
  void refusesMorePartitionsWhereTheOrderCounts() throws Exception {
    TopicSpec spec = topics.trainingRunsSpec();
    create(spec.name(), 2, spec.settings());

    assertConflict(
        spec,
        "topic %s has 2 partitions, but its order needs exactly one; delete it or name another by rivulet.topics.*"
            .formatted(spec.name()));
  }

  @Test
  void saysWhichTopicTheBrokerRefuses() {
    TopicSpec impossible = new TopicSpec("no such name!", 1, Map.of());
    TopicSpec refused =
        new TopicSpec(topics.images(), 1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "burn"));

    assertThatThrownBy(() -> new TopicCreation(admin).ensure(List.of(impossible)))
        .isInstanceOf(KafkaException.class)
        .hasMessageStartingWith("topic no such name! could not be described: ");
    assertThatThrownBy(() -> new TopicCreation(admin).ensure(List.of(refused)))
        .isInstanceOf(KafkaException.class)
        .hasMessageStartingWith("topic " + refused.name() + " could not be created: ");
  }

  private static void assertConflict(TopicSpec spec, String message) {
    assertThatThrownBy(() -> new TopicCreation(admin).ensure(List.of(spec)))
        .isInstanceOf(TopicConflictException.class)
        .hasMessage(message);
  }

  private List<TopicSpec> all() {
    return List.of(
        topics.trainingRunsSpec(),
        topics.trainingBatchesSpec(),
        topics.validationBatchesSpec(),
        topics.trainingMetricsSpec(),
        topics.trainingProgressSpec(),
        topics.checkpointsSpec(),
        topics.trainerStateSpec(),
        topics.imagesSpec(),
        topics.predictionsSpec(),
        topics.imagesRejectedSpec());
  }

  private static void create(String name, int partitions, Map<String, String> settings)
      throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings)))
        .all()
        .get();
  }

  private static int partitions(String topic) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .size();
  }

  private static Config config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource);
  }
}
