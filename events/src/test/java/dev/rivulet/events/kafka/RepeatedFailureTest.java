package dev.rivulet.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class RepeatedFailureTest {
  private long nowNanos = Long.MAX_VALUE;
  private final RepeatedFailure failure = new RepeatedFailure(() -> nowNanos);

  @Test
  void saysNothingOfAFailureThatComesAlone() {
    assertThat(failure.reason()).isEmpty();
    failure.failed(new KafkaException("once"));
    assertThat(failure.reason()).isEmpty();
    failure.succeeded();
    failure.failed(new KafkaException("again"));
    assertThat(failure.reason()).isEmpty();
  }

  @Test
  void namesTheLastFailureUntilSomethingSucceeds() {
    failure.failed(new KafkaException("first"));
    failure.failed(new KafkaException("failed", new TopicAuthorizationException("not yours")));
    assertThat(failure.reason()).contains("failed: not yours");
    failure.failed(new TopicAuthorizationException("nor this"));
    assertThat(failure.reason()).contains("nor this");
    failure.succeeded();
    assertThat(failure.reason()).isEmpty();
  }

  @Test
  void takesCalmForSuccessWhenItLasts() {
    failure.failed(new TopicAuthorizationException("not yours"));
    failure.failed(new TopicAuthorizationException("not yours"));
    pass(4);
    failure.calm();
    assertThat(failure.reason()).isPresent();
    failure.failed(new TopicAuthorizationException("not yours"));
    pass(4);
    failure.calm();
    assertThat(failure.reason()).isPresent();
    pass(1);
    failure.calm();
    assertThat(failure.reason()).isEmpty();
  }

  private void pass(int seconds) {
    nowNanos += TimeUnit.SECONDS.toNanos(seconds);
  }
}
