package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.local.broker.LoopbackPorts;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built service in a process of its own, as its users start it. */
final class ServiceProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = LoopbackPorts.anyFree();
  private final Path log;
  private final Process process;

  /**
   * @param settings as in {@code rivulet.device=cpu}
   */
  ServiceProcess(String bootstrapServers, String... settings) throws IOException {
    log = Files.createTempFile("rivulet-inference", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Dquarkus.http.port=" + port);
    for (String setting : settings) {
      command.add("-D" + setting);
    }
    command.add("-jar");
    command.add(JAR.toAbsolutePath().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    process = builder.start();
  }

  /** Waits until the HTTP port answers; if it does not, this is closed. */
  ServiceProcess up() throws IOException, InterruptedException {
    try {
      awaits(() -> status("/q/health/live") == 200);
      return this;
    } catch (IOException | AssertionError e) {
      close();
      throw e;
    }
  }

  /** {@link #awaits(BooleanSupplier, Supplier)} of a condition that says all. */
  void awaits(BooleanSupplier condition) throws IOException {
    awaits(condition, () -> "the condition is false");
  }

  /**
   * Waits for what this process is about to do; if it does not, the failure shows its log, its
   * meters and what its threads do.
   *
   * @param state what there is instead, for the failure
   */
  void awaits(BooleanSupplier condition, Supplier<String> state) throws IOException {
    AtomicBoolean met = new AtomicBoolean();
    try {
      Waiting.until(
          () -> {
            met.set(condition.getAsBoolean());
            return met.get() || !process.isAlive();
          });
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s: %s; the log:%n%sits meters:%n%s%nand its threads:%n%s"
              .formatted(e.getMessage(), state.get(), log(), meters(), threads()),
          e);
    }
    assertThat(met).as("it ended; the log:%n%s", log()).isTrue();
  }

  /** The status of a GET, 0 if nobody answers. */
  int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  /** The epoch of the model that it serves as selected; nothing while there is none. */
  Optional<Integer> servedEpoch() {
    try {
      HttpResponse<String> model = get("/model");
      JsonNode json = JSON.readTree(model.body());
      return model.statusCode() == 200 && json.at("/selection/served").asBoolean()
          ? Optional.of(json.get("epoch").asInt())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Sends JSON that is written with single quotes. */
  HttpResponse<String> put(String path, String json) throws IOException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  HttpResponse<String> post(String path, String contentType, byte[] body) throws IOException {
    return post(path, contentType, BodyPublishers.ofByteArray(body));
  }

  HttpResponse<String> post(String path, String contentType, BodyPublisher body)
      throws IOException {
    return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", contentType).POST(body));
  }

  /**
   * A request without a body.
   *
   * @param authorization the header; none if it is empty
   */
  HttpResponse<String> post(String path, Optional<String> authorization) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody());
    authorization.ifPresent(value -> request.header("Authorization", value));
    return send(request);
  }

  /**
   * The first line of the answer to a rollback that a page asks for; by hand, as Java's client
   * sends no other Host than it connects to.
   */
  String rollBackFrom(String origin, String host) throws IOException {
    String request =
        "POST /model/rollback HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket(LoopbackPorts.HOST, port)) {
      socket
          .getOutputStream()
          .write(request.formatted(host, origin).getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.US_ASCII).lines().findFirst().orElseThrow();
    }
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Its own meters, in short. */
  private String meters() {
    try {
      return get("/q/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("rivulet_") && !line.contains("_bucket{"))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The stacks of the threads that run our code, as the JDK's jstack shows them. */
  private String threads() throws IOException {
    Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
    Process dump =
        new ProcessBuilder(jstack.toString(), Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    String all = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Stream.of(all.split("\n\n"))
        .filter(stack -> stack.contains("dev.rivulet."))
        .collect(Collectors.joining("\n\n"));
  }

  /** The exit code, once it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running");
    }
    return process.exitValue();
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill} does; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    kill();
    Files.delete(log);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.timeout(LONGEST_ANSWER).build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri(String path) {
    return URI.create("http://%s:%d%s".formatted(LoopbackPorts.HOST, port, path));
  }
}
