package dev.rivulet.local.broker;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Keeps the broker's chatter out of the log of whoever embeds it: only warnings come through. */
final class ServerLogging {
  // strong references: a logger that nobody holds forgets its level
  private static final List<Logger> LOGGERS =
      Stream.of(
              "kafka",
              "state.change.logger",
              "org.apache.kafka.controller",
              "org.apache.kafka.coordinator",
              "org.apache.kafka.image",
              "org.apache.kafka.metadata",
              "org.apache.kafka.network",
              "org.apache.kafka.queue",
              "org.apache.kafka.raft",
              "org.apache.kafka.server",
              "org.apache.kafka.snapshot",
              "org.apache.kafka.storage")
          .map(Logger::getLogger)
          .toList();

  private ServerLogging() {}

  static void quiet() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }
}
