package dev.rivulet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicNamesTest {
  @Test
  void comeFromTheEnvironmentToo() {
    Map<String, String> environment =
        Map.of("RIVULET_TOPICS_IMAGES", "mine", "RIVULET_TOPICS_TRAINING_RUNS", "runs");
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(new EnvConfigSource(environment, EnvConfigSource.ORDINAL))
            .build();

    Set<String> given = config.getValues("rivulet.topics", String.class, String.class).keySet();
    Topics topics = Topics.configured(given, name -> config.getOptionalValue(name, String.class));

    assertThat(given).contains("training.runs");

    assertThat(topics.images()).isEqualTo("mine");
    assertThat(topics.trainingRuns()).isEqualTo("runs");
    assertThat(topics.predictions()).isEqualTo("predictions");
  }
}
