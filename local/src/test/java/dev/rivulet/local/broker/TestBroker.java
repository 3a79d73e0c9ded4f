package dev.rivulet.local.broker;

import dev.rivulet.events.kafka.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real broker for a test: in a container where a Docker engine answers, in this process
 * elsewhere.
 *
 * <p>The system property {@code rivulet.test.broker} decides: {@code embedded}, {@code docker}, or
 * {@code auto}, which is the default.
 */
public final class TestBroker implements AutoCloseable {
  public static final String CHOICE = "rivulet.test.broker";

  private static final Logger LOG = LoggerFactory.getLogger(TestBroker.class);

  private final String bootstrapServers;
  private final AutoCloseable broker;

  private TestBroker(String bootstrapServers, AutoCloseable broker) {
    this.bootstrapServers = bootstrapServers;
    this.broker = broker;
  }

  /** Starts a broker without any topics; it answers when this returns. */
  public static TestBroker start() {
    String choice = System.getProperty(CHOICE, "auto").toLowerCase(Locale.ROOT);
    return switch (choice) {
      case "embedded" -> embedded();
      case "docker" -> docker();
      case "auto" -> auto();
      default ->
          throw new IllegalArgumentException(
              "%s=%s: choose auto, embedded or docker".formatted(CHOICE, choice));
    };
  }

  private static TestBroker auto() {
    if (!DockerEngine.answers()) {
      LOG.info("test broker: embedded (no Docker engine answers)");
      return embedded();
    }
    try {
      TestBroker broker = docker();
      LOG.info("test broker: {} in Docker", DockerBroker.IMAGE);
      return broker;
    } catch (DockerBroker.UnavailableException e) {
      LOG.info("test broker: embedded ({})", e.getMessage());
      return embedded();
    }
  }

  private static TestBroker docker() {
    DockerBroker broker = DockerBroker.start();
    return new TestBroker(broker.bootstrapServers(), broker);
  }

  private static TestBroker embedded() {
    ServerLogging.quiet();
    Path folder = newFolder();
    EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.ANY_PORT);
    return new TestBroker(
        broker.bootstrapServers(),
        () -> {
          broker.close();
          delete(folder);
        });
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public KafkaConnection connection() {
    return KafkaConnection.to(bootstrapServers);
  }

  /** Stops the broker; its records are gone. */
  @Override
  public void close() {
    try {
      broker.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the test broker did not stop", e);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("rivulet-broker");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
