package dev.rivulet.local.command;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of starting everything on this machine. */
public final class LaunchOptions {
  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Of the inference service; 8080 if it is free.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--kafka-port",
      paramLabel = "N",
      description = "Of the broker; 9092 if it is free.")
  private Optional<Integer> kafkaPort = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      arity = "0..1",
      fallbackValue = LAST,
      description = "Train the rest of a stopped run; without RUN, of the last one.")
  private Optional<String> resume = Optional.empty();

  /** What {@code --resume} without a run stands for; no run has such an id. */
  private static final String LAST = "";

  Optional<Integer> port() {
    return port;
  }

  Optional<Integer> kafkaPort() {
    return kafkaPort;
  }

  boolean resumes() {
    return resume.isPresent();
  }

  /** The run to resume, or nothing for the last one. */
  Optional<String> resumedRun() {
    return resume.filter(run -> !run.equals(LAST));
  }
}
