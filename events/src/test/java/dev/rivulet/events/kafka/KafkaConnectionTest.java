package dev.rivulet.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KafkaConnectionTest {
  // Kafka's own close would wait for a minute
  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void closingAnAdminClientEndsItsOpenQuestions() {
    KafkaFuture<?> question;
    try (Admin admin = KafkaConnection.to("127.0.0.1:1").admin()) {
      question = admin.describeCluster().nodes();
    }
    assertThat(question).isDone();
    assertThat(question.isCompletedExceptionally()).isTrue();
  }
}
