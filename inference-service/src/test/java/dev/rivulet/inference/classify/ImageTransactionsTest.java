package dev.rivulet.inference.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rivulet.events.Topics;
import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.kafka.ClientSettingException;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.LiveModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ImageTransactionsTest {
  private static final String CLIENT = "image-transactions-test";

  /** A consumer can be made with these, a producer cannot. */
  private final KafkaConnection kafka =
      new KafkaConnection(
          Map.of(
              CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
              "127.0.0.1:1",
              CommonClientConfigs.CLIENT_ID_CONFIG,
              CLIENT,
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
              1));

  private final InferenceMetrics metrics = new InferenceMetrics(new SimpleMeterRegistry());
  private final LiveModel live = new LiveModel();
  private final MicroBatcher batcher = new MicroBatcher(live, 1, Duration.ZERO, metrics);

  @Test
  void leavesNoConsumerBehindIfThereIsNoProducer() throws Exception {
    KafkaException thrown = catchThrowableOfType(KafkaException.class, this::open);
    assertThat(openConsumers()).isEmpty();
    assertThatThrownBy(() -> ClientSettingException.throwIfCauseOf(thrown))
        .hasMessageContaining("delivery.timeout.ms should be equal to or larger than");

    try (KafkaConsumer<String, byte[]> consumer = kafka.consumer(Map.of())) {
      assertThat(openConsumers()).as("how an open one would be seen").hasSize(1);
    }
  }

  private void open() {
    try (ImageClassifier classifier = new ImageClassifier(new ImageDecoder(), batcher, 1)) {
      ImageOutcomes outcomesOf = new ImageOutcomes(classifier, Clock.systemUTC());
      new ImageTransactions(kafka, Topics.DEFAULT, outcomesOf, metrics, "test", 1).close();
    }
  }

  private static Set<ObjectName> openConsumers() throws Exception {
    ObjectName query = new ObjectName("kafka.consumer:type=app-info,id=" + CLIENT);
    return ManagementFactory.getPlatformMBeanServer().queryNames(query, null);
  }
}
