package dev.rivulet.events.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;

/** Why a Kafka client does not do what it is asked, in words for who configured it. */
public final class ClientTrouble {
  private final KafkaException thrown;

  public ClientTrouble(KafkaException thrown) {
    this.thrown = thrown;
  }

  /** Whether the broker takes whoever asks for somebody else, which no other try will change. */
  public boolean refused() {
    return causes(AuthenticationException.class);
  }

  /** Whether the broker was asked at all. */
  private boolean asked() {
    return causes(ApiException.class);
  }

  private boolean causes(Class<? extends KafkaException> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** The sentence; the first cause is what says which file or which value is wrong. */
  @Override
  public String toString() {
    Throwable first = thrown;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String what = String.valueOf(thrown.getMessage());
    String why = String.valueOf(first.getMessage());
    String sentence = what.contains(why) ? what : what + ": " + why;
    return refused() || !asked()
        ? sentence
            + "; check kafka.bootstrap.servers, kafka.security.protocol, kafka.sasl.* and kafka.ssl.*"
        : sentence;
  }
}
