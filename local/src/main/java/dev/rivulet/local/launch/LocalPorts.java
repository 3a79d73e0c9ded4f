package dev.rivulet.local.launch;

import dev.rivulet.local.broker.LoopbackPorts;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The ports of one installation, all on the loopback interface.
 *
 * @param kafka where the broker listens
 * @param inference where the inference service listens
 */
public record LocalPorts(int kafka, int inference, int trainer, int ingest) {
  static final int USUAL_KAFKA_PORT = 9092;
  static final int USUAL_INFERENCE_PORT = 8080;

  /**
   * The wanted ports, else the usual ones if they are free, else any.
   *
   * @param notices is told which usual port is taken
   * @throws IllegalArgumentException if a wanted port is taken
   */
  public static LocalPorts choose(
      Optional<Integer> kafka, Optional<Integer> inference, Consumer<String> notices) {
    int kafkaPort = choose("--kafka-port", kafka, USUAL_KAFKA_PORT, notices);
    int inferencePort = choose("--port", inference, USUAL_INFERENCE_PORT, notices);
    if (kafkaPort == inferencePort) {
      throw new IllegalArgumentException(
          "--port and --kafka-port are both %d; choose two different ones"
              .formatted(inferencePort));
    }
    return new LocalPorts(
        kafkaPort, inferencePort, LoopbackPorts.anyFree(), LoopbackPorts.anyFree());
  }

  /** Ports that nobody needs to know beforehand. */
  public static LocalPorts anyFree() {
    return new LocalPorts(
        LoopbackPorts.anyFree(),
        LoopbackPorts.anyFree(),
        LoopbackPorts.anyFree(),
        LoopbackPorts.anyFree());
  }

  static int choose(String option, Optional<Integer> wanted, int usual, Consumer<String> notices) {
    if (wanted.isPresent()) {
      if (!LoopbackPorts.isFree(wanted.get())) {
        throw new IllegalArgumentException(
            "port %d of %s is in use; choose another with %s N, or leave %s out"
                .formatted(wanted.get(), LoopbackPorts.HOST, option, option));
      }
      return wanted.get();
    }
    if (LoopbackPorts.isFree(usual)) {
      return usual;
    }
    int other = LoopbackPorts.anyFree();
    notices.accept("port %d is in use, %d is taken instead".formatted(usual, other));
    return other;
  }

  /** The broker's address. */
  public String bootstrap() {
    return LoopbackPorts.HOST + ":" + kafka;
  }

  /** The address of the inference service. */
  public String inferenceUrl() {
    return url(inference);
  }

  /** The address of the trainer service. */
  public String trainerUrl() {
    return url(trainer);
  }

  /** The address of the ingest service. */
  public String ingestUrl() {
    return url(ingest);
  }

  private static String url(int port) {
    return "http://" + LoopbackPorts.HOST + ":" + port;
  }
}
