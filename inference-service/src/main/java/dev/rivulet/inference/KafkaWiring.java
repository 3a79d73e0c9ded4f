package dev.rivulet.inference;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
    Set<String> roles = new TreeSet<>();
    Topics topics =
        Topics.named(
            role -> {
              roles.add(role);
              return config.topics().getOrDefault(role, role);
            });
    Set<String> unknown = new TreeSet<>(config.topics().keySet());
    unknown.removeAll(roles);
    if (!unknown.isEmpty()) {
      throw new ConfigurationException(
          "rivulet.topics.%s: there is no such topic; choose from %s"
              .formatted(unknown.iterator().next(), roles));
    }
    return topics;
  }
}
