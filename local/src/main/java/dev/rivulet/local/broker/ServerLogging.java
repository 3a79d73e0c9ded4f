package dev.rivulet.local.broker;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Keeps Kafka's chatter out of the log of whoever embeds the broker: only warnings come through.
 */
public final class ServerLogging {
  // strong references: a logger that nobody holds forgets its level
  private static final List<Logger> LOGGERS =
      Stream.of("kafka", "org.apache.kafka", "state.change.logger").map(Logger::getLogger).toList();

  private ServerLogging() {}

  public static void quiet() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }
}
