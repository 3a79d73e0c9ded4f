package dev.rivulet.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.broker.LoopbackPorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The built trainer in a process of its own, asked over REST. */
final class TrainerProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final int OK = 200;
  private static final long PAUSE_MILLIS = 100;
  private static final long LONGEST_SECONDS = 120;

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = LoopbackPorts.anyFree();
  private final Path log;
  private final Process process;

  /**
   * @param folder for its data and its log
   * @param settings as in {@code rivulet.checkpoints-kept=5}
   */
  TrainerProcess(String bootstrapServers, Path folder, String... settings) throws IOException {
    log = folder.resolve("trainer-%d.log".formatted(port));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Dquarkus.http.port=" + port);
    command.add("-Drivulet.data-dir=" + folder);
    for (String setting : settings) {
      command.add("-D" + setting);
    }
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    process = builder.start();
  }

  /** Waits until it answers requests. */
  TrainerProcess up() throws IOException, InterruptedException {
    return await("/q/health/live");
  }

  /** Waits until it can train. */
  TrainerProcess ready() throws IOException, InterruptedException {
    return await("/q/health/ready");
  }

  private TrainerProcess await(String check) throws IOException, InterruptedException {
    while (true) {
      assertThat(process.isAlive()).as("it ended; the log:%n%s", log()).isTrue();
      try {
        if (send("GET", check, "", Optional.empty()).statusCode() == OK) {
          return this;
        }
      } catch (ConnectException e) {
        // its port is not open yet
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * A request with a body of JSON that is written with single quotes.
   *
   * @param authorization the header, if there is one
   */
  HttpResponse<String> send(String method, String path, String json, Optional<String> authorization)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://%s:%d%s".formatted(LoopbackPorts.HOST, port, path));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json.replace('\'', '"')));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** The exit code, once it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
