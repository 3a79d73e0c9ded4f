package dev.rivulet.events.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ClientSettingExceptionTest {

  @Test
  void namesTheSettingThatIsNoNumber() {
    KafkaException thrown = thrownWith("fetch.max.bytes", "many");
    assertThatThrownBy(() -> ClientSettingException.throwIfCauseOf(thrown))
        .isInstanceOf(ClientSettingException.class)
        .hasMessageContaining("many for configuration fetch.max.bytes");
  }

  @Test
  void waitsForANameThatIsNotKnownYet() {
    KafkaException thrown = thrownWith("bootstrap.servers", "no-such-host.invalid:9092");
    assertThatCode(() -> ClientSettingException.throwIfCauseOf(thrown)).doesNotThrowAnyException();
  }

  @Test
  void blamesNoSettingForABrokerThatIsAway() {
    KafkaException thrown = new KafkaException("no answer", new TimeoutException("timed out"));
    assertThatCode(() -> ClientSettingException.throwIfCauseOf(thrown)).doesNotThrowAnyException();
  }

  private static KafkaException thrownWith(String setting, String value) {
    KafkaConnection kafka = KafkaConnection.to("127.0.0.1:9092");
    return catchThrowableOfType(
        KafkaException.class, () -> kafka.consumer(Map.of(setting, value)).close());
  }
}
