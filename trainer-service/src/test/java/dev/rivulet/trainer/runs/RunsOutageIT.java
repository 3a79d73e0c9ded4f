package dev.rivulet.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.broker.EmbeddedBroker;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.broker.ServerLogging;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who asks for a run while the broker is away is told so, and soon. */
@Timeout(240)
class RunsOutageIT {
  private static final String RUN = "{'dataset':'shapes','epochs':1}";

  @TempDir private static Path folder;

  @Test
  void saysThatTheBrokerIsAwayAndTakesRunsWhenItIsBack() throws Exception {
    ServerLogging.quiet();
    int port = LoopbackPorts.anyFree();
    Path log = folder.resolve("kafka");
    EmbeddedBroker broker = EmbeddedBroker.start(log, port);
    try (TrainerProcess trainer =
        new TrainerProcess(broker.bootstrapServers(), folder, "rivulet.trainer.threads=1")) {
      try {
        trainer.ready();
      } finally {
        broker.close();
      }
      long begin = System.nanoTime();
      HttpResponse<String> refused = request(trainer);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(refused.statusCode()).as("%s%n%s", refused.body(), trainer.log()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(refused.headers().firstValue("Retry-After")).contains("5");
      assertThat(refused.body()).contains("Kafka has not confirmed it", "see GET /runs");
      assertThat(took).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));

      try (EmbeddedBroker back = EmbeddedBroker.start(log, port)) {
        HttpResponse<String> answer = request(trainer);
        while (answer.statusCode() == 503) {
          answer = request(trainer);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      }
    }
  }

  @Test
  void doesNotTakeRunsThatItHasNotReadForRunsThatDoNotExist() throws Exception {
    ServerLogging.quiet();
    int port = LoopbackPorts.anyFree();
    try (TrainerProcess trainer =
        new TrainerProcess(LoopbackPorts.HOST + ":" + port, folder, "rivulet.trainer.threads=1")
            .up()) {
      for (String path : List.of("/runs", "/runs/some-run")) {
        HttpResponse<String> refused = trainer.send("GET", path, "", Optional.empty());
        assertThat(refused.statusCode()).as(path).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("have not been read from Kafka yet");
      }
      try (EmbeddedBroker late = EmbeddedBroker.start(folder.resolve("late"), port)) {
        trainer.ready();
        HttpResponse<String> none = trainer.send("GET", "/runs", "", Optional.empty());
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(none.body()).isEqualTo("[]");
        assertThat(trainer.send("GET", "/runs/some-run", "", Optional.empty()).statusCode())
            .isEqualTo(404);
      }
    }
  }

  private static HttpResponse<String> request(TrainerProcess trainer) throws Exception {
    return trainer.send("POST", "/runs", RUN, Optional.empty());
  }
}
