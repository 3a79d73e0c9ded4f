package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An inference service, asked over REST; one that the test starts, or one that runs already. */
final class Replica implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of(System.getProperty("rivulet.home"));
  private static final long PAUSE_MILLIS = 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final Optional<Process> process;

  private Replica(String url, Optional<Process> process) {
    this.url = url;
    this.process = process;
  }

  static Replica at(String url) {
    return new Replica(url, Optional.empty());
  }

  /** Starts another one in the group of the first. */
  static Replica start(String bootstrapServers, Path folder) throws IOException {
    String port = Rivulet.freePort();
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-Dai.djl.offline=true",
            "-Dquarkus.http.port=" + port,
            "-jar",
            HOME.resolve("inference-service/target/quarkus-app/quarkus-run.jar").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("replica.log").toFile());
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    builder.environment().put("OPT_OUT_TRACKING", "true");
    return new Replica("http://127.0.0.1:" + port, Optional.of(builder.start()));
  }

  /** Waits until it serves this model. */
  void awaitModel(String run, int epoch) throws Exception {
    while (model().filter(model -> is(model, run, epoch)).isEmpty()) {
      pause();
    }
  }

  /**
   * Waits until it serves this model because of that selection.
   *
   * @return how long after the selection it began to
   */
  Duration awaitSelection(String run, int epoch, String selectedAt) throws Exception {
    while (true) {
      Optional<JsonNode> model =
          model().filter(m -> m.at("/selection/selectedAt").asText().equals(selectedAt));
      if (model.isPresent()) {
        assertThat(model.get().at("/selection/served").asBoolean()).isTrue();
        assertThat(is(model.get(), run, epoch)).as(model.get().toString()).isTrue();
        return Duration.between(
            Instant.parse(selectedAt), Instant.parse(model.get().get("servedSince").asText()));
      }
      pause();
    }
  }

  /** Waits until it has a share of the image events. */
  void awaitShare() throws Exception {
    while (!get("/q/metrics").body().contains("rivulet_consumer_lag{")) {
      pause();
    }
  }

  JsonNode post(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private Optional<JsonNode> model() throws Exception {
    try {
      HttpResponse<String> answer = get("/model");
      return answer.statusCode() == 200
          ? Optional.of(JSON.readTree(answer.body()))
          : Optional.empty();
    } catch (ConnectException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void pause() throws InterruptedException {
    process.ifPresent(running -> assertThat(running.isAlive()).isTrue());
    Thread.sleep(PAUSE_MILLIS);
  }

  private static boolean is(JsonNode model, String run, int epoch) {
    return model.get("run").asText().equals(run) && model.get("epoch").asInt() == epoch;
  }

  @Override
  public void close() throws Exception {
    if (process.isPresent()) {
      process.get().destroy();
      process.get().waitFor();
    }
  }
}
