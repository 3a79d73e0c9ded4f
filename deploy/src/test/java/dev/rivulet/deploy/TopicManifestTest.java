package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.TopicSpec;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicManifestTest {
  private static final int REPLICAS = 3;
  private static final List<TopicSpec> SPECS =
      List.of(
          Topics.DEFAULT.trainingRunsSpec(),
          Topics.DEFAULT.trainingBatchesSpec(),
          Topics.DEFAULT.validationBatchesSpec(),
          Topics.DEFAULT.trainingMetricsSpec(),
          Topics.DEFAULT.trainingProgressSpec(),
          Topics.DEFAULT.checkpointsSpec(),
          Topics.DEFAULT.modelSelectionSpec(),
          Topics.DEFAULT.trainerStateSpec(),
          Topics.DEFAULT.imagesSpec(),
          Topics.DEFAULT.predictionsSpec(),
          Topics.DEFAULT.imagesRejectedSpec());

  private final Manifests manifests = Manifests.of("cpu");
  private final List<KafkaTopic> topics =
      manifests.ofKind("KafkaTopic").stream()
          .map(topic -> (KafkaTopic) TypedModels.read(topic))
          .toList();

  @Test
  void declaresExactlyTheTopicsThatTheServicesExpect() {
    assertThat(topics.stream().map(TopicManifestTest::spec))
        .containsExactlyInAnyOrderElementsOf(SPECS);
    assertThat(SPECS).hasSize(Topics.class.getRecordComponents().length);
  }

  @Test
  void everyRecordSurvivesTheLossOfABroker() {
    Kafka kafka = (Kafka) TypedModels.read(manifests.get("Kafka", "rivulet"));

    assertThat(topics).extracting(topic -> topic.getSpec().getReplicas()).containsOnly(REPLICAS);
    assertThat(kafka.getSpec().getKafka().getConfig())
        .containsEntry("default.replication.factor", REPLICAS)
        .containsEntry("offsets.topic.replication.factor", REPLICAS)
        .containsEntry("transaction.state.log.replication.factor", REPLICAS)
        .containsEntry("min.insync.replicas", 2)
        .containsEntry("transaction.state.log.min.isr", 2);
  }

  @Test
  void belongsToTheClusterThatIsDeclared() {
    for (String kind : List.of("KafkaTopic", "KafkaUser", "KafkaNodePool")) {
      assertThat(manifests.ofKind(kind))
          .isNotEmpty()
          .allSatisfy(
              object ->
                  assertThat(object.at("/metadata/labels/strimzi.io~1cluster").asText())
                      .isEqualTo(Manifests.name(manifests.ofKind("Kafka").get(0))));
    }
  }

  private static TopicSpec spec(KafkaTopic topic) {
    Map<String, String> settings =
        topic.getSpec().getConfig().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> String.valueOf(e.getValue())));
    return new TopicSpec(topic.getMetadata().getName(), topic.getSpec().getPartitions(), settings);
  }
}
