package dev.rivulet.inference;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The connection and the topics, from the configuration. */
final class KafkaWiring {

  @Produces
  @Singleton
  KafkaConnection connection(@Identifier("default-kafka-broker") Map<String, Object> settings) {
    return new KafkaConnection(settings);
  }

  @Produces
  @Singleton
  Topics topics(InferenceConfig config) {
    Set<String> unknown = new HashSet<>(config.topics().keySet());
    Topics topics =
        Topics.named(
            role -> {
              unknown.remove(role);
              return config.topics().getOrDefault(role, role);
            });
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "rivulet.topics.%s: there is no such topic; see the README for their names"
              .formatted(unknown.iterator().next()));
    }
    return topics;
  }
}
