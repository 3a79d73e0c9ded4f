package dev.rivulet.inference;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** The connection and the topics, from the configuration. */
final class KafkaWiring {

  @Produces
  @Singleton
  KafkaConnection connection(@Identifier("default-kafka-broker") Map<String, Object> settings) {
    return new KafkaConnection(settings);
  }

  @Produces
  @Singleton
  Topics topics(InferenceConfig settings, Config config) {
    try {
      return Topics.configured(
          settings.topics().keySet(), name -> config.getOptionalValue(name, String.class));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage());
    }
  }
}
