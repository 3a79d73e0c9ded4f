package dev.rivulet.local.broker;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Makes topics for the services that a test is about, and changes them. */
public final class TestTopics {
  private TestTopics() {}

  /** Creates topics as the services would. */
  public static void create(KafkaConnection kafka, List<TopicSpec> topics)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin).ensure(topics);
    }
  }

  /** How large the records of a topic may be from now on. */
  public static void limitRecords(KafkaConnection kafka, String topic, int bytes)
      throws ExecutionException, InterruptedException {
    ConfigEntry limit =
        new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(bytes));
    try (Admin admin = kafka.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
