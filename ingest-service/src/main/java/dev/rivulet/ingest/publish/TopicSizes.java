package dev.rivulet.ingest.publish;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.jboss.logging.Logger;

/**
 * Asks the brokers now and then how many bytes each topic has on their disks, all replicas
 * together.
 */
public final class TopicSizes implements Runnable, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicSizes.class);
  private static final long INTERVAL_MILLIS = 10_000;

  private final Admin admin;
  private final List<String> topics;
  private final Map<String, Double> bytes = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this, "topic-sizes");
  private boolean failing;

  /**
   * @param admin stays open; whoever made it closes it
   */
  public TopicSizes(Admin admin, List<String> topics, MeterRegistry registry) {
    this.admin = admin;
    this.topics = List.copyOf(topics);
    for (String topic : topics) {
      Gauge.builder("rivulet.topic", bytes, known -> known.getOrDefault(topic, Double.NaN))
          .baseUnit("bytes")
          .tag("topic", topic)
          .description("On the brokers' disks, all replicas together")
          .register(registry);
    }
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      while (true) {
        refresh();
        Thread.sleep(INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void refresh() throws InterruptedException {
    try {
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      Map<String, Long> sizes =
          admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
              .flatMap(logDirs -> logDirs.values().stream())
              .map(LogDirDescription::replicaInfos)
              .flatMap(replicas -> replicas.entrySet().stream())
              .collect(
                  Collectors.groupingBy(
                      replica -> replica.getKey().topic(),
                      Collectors.summingLong(replica -> replica.getValue().size())));
      topics.forEach(topic -> bytes.put(topic, (double) sizes.getOrDefault(topic, 0L)));
      failing = false;
    } catch (ExecutionException e) {
      unknown(e.getCause());
    } catch (RuntimeException e) {
      unknown(e);
    }
  }

  private void unknown(Throwable why) {
    bytes.clear();
    if (!failing) {
      LOG.warnf("the sizes of the topics are not known: %s", why);
    }
    failing = true;
  }
}
