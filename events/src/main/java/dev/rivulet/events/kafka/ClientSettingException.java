package dev.rivulet.events.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** Says which setting keeps a Kafka client from being made: no other try will change that. */
public class ClientSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** kafka-clients' only complaint about a setting that may be gone a moment later. */
  private static final String UNRESOLVED = "No resolvable bootstrap urls";

  private ClientSettingException(ConfigException cause) {
    super(
        "no Kafka client can be made with these settings; change the one that is wrong among kafka.*: "
            + cause.getMessage(),
        cause);
  }

  /** Throws it if a setting is the reason for that. */
  public static void throwIfCauseOf(KafkaException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException wrong && !wrong.getMessage().startsWith(UNRESOLVED)) {
        throw new ClientSettingException(wrong);
      }
    }
  }
}
