package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.kafka.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private static final Topics TOPICS = Topics.named(role -> "team-" + role);

  @Test
  void namesEachTopicByItsRole() {
    assertThat(specs(TOPICS).map(TopicSpec::name))
        .containsExactly(
            "team-training-runs",
            "team-training-batches",
            "team-validation-batches",
            "team-training-metrics",
            "team-training-progress",
            "team-checkpoints",
            "team-model-selection",
            "team-trainer-state",
            "team-images",
            "team-predictions",
            "team-images-rejected");
  }

  @Test
  void keepsForeverWhatARunNeeds() {
    List<TopicSpec> compacted =
        List.of(
            TOPICS.trainingRunsSpec(),
            TOPICS.validationBatchesSpec(),
            TOPICS.trainingMetricsSpec(),
            TOPICS.checkpointsSpec(),
            TOPICS.modelSelectionSpec(),
            TOPICS.trainerStateSpec());
    assertThat(compacted)
        .allSatisfy(
            spec ->
                assertThat(spec.settings())
                    .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact"));
    assertThat(TOPICS.trainingBatchesSpec().settings())
        .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
        .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1")
        .containsEntry(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
  }

  @Test
  void forgetsWhatNobodyNeedsAnHourLater() {
    assertThat(TOPICS.trainingProgressSpec().settings())
        .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
        .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "3600000");
  }

  @Test
  void hasOnePartitionWhereTheOrderCounts() {
    assertThat(specs(TOPICS).filter(spec -> spec.partitions() == 1)).hasSize(8);
    assertThat(TOPICS.imagesSpec().partitions()).isGreaterThan(1);
  }

  @Test
  void hasSegmentsThatHoldTheLargestRecord() {
    for (TopicSpec spec : List.of(TOPICS.checkpointsSpec(), TOPICS.trainerStateSpec())) {
      assertThat(Integer.parseInt(spec.settings().get(TopicConfig.SEGMENT_BYTES_CONFIG)))
          .isGreaterThan(
              Integer.parseInt(spec.settings().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)));
    }
  }

  @Test
  void refusesOneNameForTwoTopics() {
    assertThatThrownBy(() -> Topics.named(role -> role.startsWith("images") ? "images" : role))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rivulet.topics.*: two topics are named images; give each a name of its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void refusesABlankName(String name) {
    assertThatThrownBy(() -> Topics.named(role -> role.equals("checkpoints") ? name : role))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rivulet.topics.*: a topic's name is blank");
  }

  @Test
  void takesConfiguredNames() {
    Map<String, String> settings =
        Map.of("rivulet.topics.images", "mine", "rivulet.topics.training-runs", "runs");

    Topics topics =
        Topics.configured(
            List.of("images", "training.runs", "training-runs"),
            name -> Optional.ofNullable(settings.get(name)));

    assertThat(topics.images()).isEqualTo("mine");
    assertThat(topics.trainingRuns()).isEqualTo("runs");
    assertThat(topics.checkpoints()).isEqualTo("checkpoints");
  }

  @Test
  void refusesToConfigureATopicThatDoesNotExist() {
    assertThatThrownBy(
            () -> Topics.configured(List.of("images", "pictures"), name -> Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rivulet.topics.pictures: there is no such topic; choose from")
        .hasMessageContaining("images-rejected");
  }

  private static Stream<TopicSpec> specs(Topics topics) {
    return topics.specs().stream();
  }
}
