package dev.rivulet.local.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A one-node Kafka cluster in this process, with a real log on disk.
 *
 * <p>It listens on the loopback interface only. Started again on the same folder, it has all its
 * records, transactions and offsets, also after a kill and on another port.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /** Lets the operating system choose a free port. */
  public static final int ANY_PORT = 0;

  private static final int ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts the broker and returns when it answers.
   *
   * @param folder holds the log; formatted the first time
   * @param port for clients, or {@link #ANY_PORT}
   * @throws IllegalArgumentException if the port is taken
   * @throws KafkaException if the broker cannot start, for instance because another one uses the
   *     folder
   */
  public static EmbeddedBroker start(Path folder, int port) {
    return start(folder, port, BrokerSecurity.NONE);
  }

  /** The same, letting in only whom {@code security} does. */
  public static EmbeddedBroker start(Path folder, int port, BrokerSecurity security) {
    if (port != ANY_PORT && !LoopbackPorts.isFree(port)) {
      throw new IllegalArgumentException(
          "port %d of %s is in use; choose another one for the broker"
              .formatted(port, LoopbackPorts.HOST));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return tryStart(folder, port == ANY_PORT ? LoopbackPorts.anyFree() : port, security);
      } catch (KafkaException e) {
        // between finding a free port and listening on it somebody else may take it
        if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("failed to bind")) {
          throw e;
        }
      }
    }
  }

  private static EmbeddedBroker tryStart(Path folder, int port, BrokerSecurity security) {
    Map<String, String> settings =
        BrokerSettings.of(folder, port, LoopbackPorts.anyFree(), security.settings());
    format(folder, security);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
    return new EmbeddedBroker(server, port);
  }

  /**
   * Gives the folder its cluster id, the metadata version of this release and its first users, if
   * it has none.
   */
  private static void format(Path folder, BrokerSecurity security) {
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    try {
      Files.createDirectories(folder);
      new Formatter()
          .setPrintStream(new PrintStream(report, true, StandardCharsets.UTF_8))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .addDirectory(folder.toAbsolutePath().toString())
          .setMetadataLogDirectory(folder.toAbsolutePath().toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setScramArguments(security.scramArguments())
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the broker's folder " + folder, e);
    } catch (Exception e) {
      throw new KafkaException(
          "cannot format %s: %s".formatted(folder, report.toString(StandardCharsets.UTF_8)), e);
    }
  }

  /** What clients connect to: {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** Blocks until the broker is closed. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  /** Stops the broker cleanly: the next start needs no recovery of its log. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
