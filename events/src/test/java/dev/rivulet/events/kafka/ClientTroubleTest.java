package dev.rivulet.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ClientTroubleTest {
  private static final String ADVICE = "kafka.security.protocol, kafka.sasl.* and kafka.ssl.*";

  @Test
  void namesTheSettingsWhenTheBrokerRefusesThem() {
    SaslAuthenticationException refusal = new SaslAuthenticationException("invalid credentials");
    ClientTrouble trouble = new ClientTrouble(new KafkaException("topic a: no", refusal));
    assertThat(trouble.refused()).isTrue();
    assertThat(trouble).hasToString("topic a: no: invalid credentials; " + advice(trouble));
  }

  @Test
  void namesTheFileOfWhichNoClientIsMade() {
    KafkaConnection wrong =
        new KafkaConnection(
            Map.of(
                "bootstrap.servers", "127.0.0.1:9092",
                "security.protocol", "SSL",
                "ssl.truststore.location", "no-such-store.p12"));
    ClientTrouble trouble =
        new ClientTrouble(catchThrowableOfType(KafkaException.class, wrong::admin));
    assertThat(trouble.refused()).isFalse();
    assertThat(trouble.toString()).contains("no-such-store.p12").endsWith(ADVICE);
  }

  @Test
  void blamesNoSettingForABrokerThatIsAway() {
    TimeoutException timeout = new TimeoutException("timed out");
    ClientTrouble trouble = new ClientTrouble(new KafkaException("no answer: timed out", timeout));
    assertThat(trouble.refused()).isFalse();
    assertThat(trouble).hasToString("no answer: timed out");
  }

  private static String advice(ClientTrouble trouble) {
    String text = trouble.toString();
    assertThat(text).endsWith(ADVICE);
    return text.substring(text.indexOf("check "));
  }
}
