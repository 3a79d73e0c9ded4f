package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.launch.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A service in a process of its own, which its environment configures. */
final class StartedService implements AutoCloseable {
  static final String READINESS = "/q/health/ready";

  private static final Path HOME = Path.of(System.getProperty("rivulet.home"));
  private static final int OK = 200;
  private static final long PAUSE_MILLIS = 200;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String name;
  private final String url;
  private final String readiness;
  private final Process process;
  private final Path log;

  private StartedService(String name, String url, String readiness, Process process, Path log) {
    this.name = name;
    this.url = url;
    this.readiness = readiness;
    this.process = process;
    this.log = log;
  }

  /**
   * @param readiness where its readiness is asked for
   * @param folder for the engine's files, which services share
   */
  static StartedService start(
      String name, Map<String, String> settings, String readiness, Path folder, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                "%s:%s"
                    .formatted(
                        HOME.resolve("local/target/classes"),
                        HOME.resolve(name + "-service/target/quarkus-app/quarkus-run.jar")),
                // ends with this process, whose pipe is its standard input
                ServiceProcess.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("KAFKA_") || key.startsWith("RIVULET_"));
    environment.putAll(settings);
    int port = LoopbackPorts.anyFree();
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    environment.put("OPT_OUT_TRACKING", "true");
    environment.put("DJL_CACHE_DIR", folder.resolve("engine").toString());
    environment.put("ENGINE_CACHE_DIR", folder.resolve("engine").toString());
    String url = "http://%s:%d".formatted(LoopbackPorts.HOST, port);
    return new StartedService(name, url, readiness, builder.start(), log);
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks its readiness probe until that says yes; fails if the process ends instead. */
  void awaitReady() throws IOException, InterruptedException {
    while (readiness().map(HttpResponse::statusCode).filter(status -> status == OK).isEmpty()) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Waits until a line of its log has this text; fails if the process ends instead. */
  void awaitLogged(String text) throws InterruptedException {
    while (log().stream().noneMatch(line -> line.contains(text))) {
      assertThat(isAlive()).as(this::toString).isTrue();
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** What its readiness probe says; nothing while its port is not open yet. */
  Optional<HttpResponse<String>> readiness() throws IOException, InterruptedException {
    assertThat(isAlive()).as(this::toString).isTrue();
    try {
      return Optional.of(send("GET", readiness, ""));
    } catch (ConnectException e) {
      return Optional.empty();
    }
  }

  /** A request, with a body of JSON. */
  HttpResponse<String> send(String method, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  List<String> log() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its name and its log. */
  @Override
  public String toString() {
    return "%n%s:%n%s".formatted(name, String.join("\n", log()));
  }

  /** As Kubernetes does: it is asked, and killed if that takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
