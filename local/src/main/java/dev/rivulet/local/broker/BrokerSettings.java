package dev.rivulet.local.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of the one-node broker: everything once, small buffers, few threads, a quick start.
 */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** Of settings for the clients' listener alone. */
  static final String CLIENT_PREFIX = "listener.name.client.";

  private static final String CLIENT_LISTENER = "CLIENT";

  private static final String LARGEST_REQUEST_BYTES = String.valueOf(128 << 20);
  private static final String CLEANER_BUFFER_BYTES = String.valueOf(16 << 20);
  private static final String SEGMENT_BYTES = String.valueOf(64 << 20);
  private static final String FOREVER_MINUTES = String.valueOf(Integer.MAX_VALUE);

  private BrokerSettings() {}

  /**
   * The broker's configuration, with its log in {@code folder}.
   *
   * @param more is added, or has precedence
   */
  static Map<String, String> of(
      Path folder, int port, int controllerPort, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>();
    addNetwork(settings, port, controllerPort);
    addSingleReplicas(settings);
    addSmallness(settings);
    addHousekeeping(settings);
    settings.put("log.dirs", folder.toAbsolutePath().toString());
    settings.putAll(more);
    return settings;
  }

  /** What the listeners speak, for instance {@code SSL}. */
  static Map<String, String> protocols(String clients, String controller) {
    return Map.of(
        "listener.security.protocol.map",
        "%s:%s,%s:%s".formatted(CLIENT_LISTENER, clients, CONTROLLER_LISTENER, controller));
  }

  private static void addNetwork(Map<String, String> settings, int port, int controllerPort) {
    String clients = LoopbackPorts.HOST + ":" + port;
    String controller = LoopbackPorts.HOST + ":" + controllerPort;
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put(
        "listeners",
        CLIENT_LISTENER + "://" + clients + "," + CONTROLLER_LISTENER + "://" + controller);
    settings.put("inter.broker.listener.name", CLIENT_LISTENER);
    settings.putAll(protocols("PLAINTEXT", "PLAINTEXT"));
    settings.put("socket.request.max.bytes", LARGEST_REQUEST_BYTES);
  }

  private static void addSingleReplicas(Map<String, String> settings) {
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "2");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
  }

  private static void addSmallness(Map<String, String> settings) {
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "2");
    settings.put("group.coordinator.threads", "1");
    settings.put("share.coordinator.threads", "1");
    settings.put("log.cleaner.threads", "1");
    settings.put("log.cleaner.dedupe.buffer.size", CLEANER_BUFFER_BYTES);
  }

  private static void addHousekeeping(Map<String, String> settings) {
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // records behind the trainer are deleted all the time: look often what can be freed
    settings.put("log.initial.task.delay.ms", "10000");
    settings.put("log.retention.check.interval.ms", "10000");
    settings.put("log.cleaner.backoff.ms", "5000");
    settings.put("log.segment.bytes", SEGMENT_BYTES);
    // a data folder may rest for months and must then go on where it stopped
    settings.put("offsets.retention.minutes", FOREVER_MINUTES);
    // a transaction that begins while the end of the last one is being written waits for it
    settings.put("add.partitions.to.txn.retry.backoff.ms", "1");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000");
    // after a kill -9 the controller takes the dead broker for alive for one session
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("metadata.max.idle.interval.ms", "5000");
  }
}
