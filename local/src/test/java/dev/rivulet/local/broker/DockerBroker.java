package dev.rivulet.local.broker;

import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A broker in a container, as Kafka's own image ships it. */
final class DockerBroker implements AutoCloseable {
  static final String IMAGE = "apache/kafka:4.1.2";

  private final KafkaContainer container;

  private DockerBroker(KafkaContainer container) {
    this.container = container;
  }

  /**
   * @throws UnavailableException if there is no engine, no image, or no Testcontainers on the class
   *     path
   */
  static DockerBroker start() {
    try {
      return new DockerBroker(startContainer());
    } catch (NoClassDefFoundError e) {
      throw new UnavailableException(
          "Testcontainers or something it needs is not on the class path of this test: "
              + e.getMessage(),
          e);
    } catch (ContainerLaunchException | ContainerFetchException | IllegalStateException e) {
      throw new UnavailableException("%s does not start: %s".formatted(IMAGE, e.getMessage()), e);
    }
  }

  private static KafkaContainer startContainer() {
    KafkaContainer container =
        new KafkaContainer(DockerImageName.parse(IMAGE))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
    container.start();
    return container;
  }

  String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Says why there is no broker in a container. */
  static final class UnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
