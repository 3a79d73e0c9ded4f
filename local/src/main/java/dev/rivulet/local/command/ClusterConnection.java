package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Finds the cluster that a command talks to, and makes sure that it answers. */
final class ClusterConnection {
  private static final long ANSWER_SECONDS = 10;

  private ClusterConnection() {}

  /**
   * The cluster that the user named, else the one that runs on the data folder, if any.
   *
   * @throws CommandFailedException if a named one does not answer
   */
  static Optional<KafkaConnection> find(RivuletCommand root) throws InterruptedException {
    Optional<KafkaConnection> named = named(root);
    return named.isPresent() ? named : running(root.dataFolder());
  }

  /** The cluster that the user named, if any; it answers. */
  static Optional<KafkaConnection> named(RivuletCommand root) throws InterruptedException {
    if (root.bootstrap().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> settings = new HashMap<>();
    root.kafkaConfig().ifPresent(file -> settings.putAll(read(file)));
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, root.bootstrap().get());
    KafkaConnection kafka = new KafkaConnection(settings);
    requireAnswer(
        kafka,
        root.kafkaConfig()
            .map(file -> "check --bootstrap and the settings in " + file)
            .orElse(
                "check --bootstrap HOST:PORT or KAFKA_BOOTSTRAP_SERVERS; if the cluster asks for TLS or a password, say so with --kafka-config FILE"));
    return Optional.of(kafka);
  }

  private static Optional<KafkaConnection> running(DataFolder folder) throws InterruptedException {
    Optional<RunningInstance> instance = RunningInstance.find(folder);
    if (instance.isEmpty()) {
      return Optional.empty();
    }
    KafkaConnection kafka = KafkaConnection.to(instance.get().bootstrap());
    requireAnswer(kafka, "its broker is starting or stopping; try again");
    return Optional.of(kafka);
  }

  static CommandFailedException nothingRuns(DataFolder folder) {
    if (FolderLock.isHeld(folder)) {
      return new CommandFailedException(
          "another ./rivulet is starting on %s, or reads what it has; try again in some seconds"
              .formatted(folder.root()));
    }
    return new CommandFailedException(
        "nothing is running on %s; start it with ./rivulet up, or name a cluster with --bootstrap HOST:PORT"
            .formatted(folder.root()));
  }

  private static Map<String, Object> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--kafka-config %s cannot be read; name a properties file".formatted(file), e);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
    return settings;
  }

  private static void requireAnswer(KafkaConnection kafka, String advice)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      admin.describeCluster().nodes().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandFailedException(
          "no Kafka broker answers at %s; %s".formatted(kafka.bootstrapServers(), advice), e);
    } catch (ExecutionException e) {
      throw new CommandFailedException(
          "the Kafka cluster at %s refuses: %s; %s"
              .formatted(kafka.bootstrapServers(), e.getCause().getMessage(), advice),
          e);
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException(
          "no client can be made for Kafka at %s: %s; %s"
              .formatted(kafka.bootstrapServers(), reason.getMessage(), advice),
          e);
    }
  }
}
