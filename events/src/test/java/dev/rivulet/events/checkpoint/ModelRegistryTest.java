package dev.rivulet.events.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private static final String CLIENT = "model-registry-test";

  private final KafkaConnection kafka =
      new KafkaConnection(
          Map.of(
              CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
              "127.0.0.1:1",
              CommonClientConfigs.CLIENT_ID_CONFIG,
              CLIENT,
              CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
              OneClientOfTwo.class.getName()));

  /** A part of a client that can be had only every second time. */
  public static final class OneClientOfTwo implements MetricsReporter {
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    @Override
    public void configure(Map<String, ?> settings) {
      if (CLIENTS.getAndIncrement() % 2 == 1) {
        throw new IllegalStateException("one client is enough");
      }
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  @Test
  void leavesNoConsumerBehindIfItCannotHaveBoth() throws Exception {
    assertThatThrownBy(() -> new ModelRegistry(kafka, Topics.DEFAULT, notice -> {}))
        .isInstanceOf(KafkaException.class)
        .hasRootCauseMessage("one client is enough");
    assertThat(openConsumers()).isEmpty();

    try (KafkaConsumer<String, byte[]> consumer = kafka.consumer(Map.of())) {
      assertThat(openConsumers()).as("how an open one would be seen").hasSize(1);
    }
  }

  private static Set<ObjectName> openConsumers() throws Exception {
    ObjectName query = new ObjectName("kafka.consumer:type=app-info,id=" + CLIENT);
    return ManagementFactory.getPlatformMBeanServer().queryNames(query, null);
  }
}
