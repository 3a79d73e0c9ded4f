package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Manifests;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.launch.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service as its Deployment starts it, but for the container: a process with the same
 * environment, its volumes being folders of the test.
 */
final class DeployedService implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("rivulet.home"));
  private static final int OK = 200;
  private static final long PAUSE_MILLIS = 200;

  private final String name;
  private final URI readiness;
  private final Process process;
  private final Path log;

  private DeployedService(String name, URI readiness, Process process, Path log) {
    this.name = name;
    this.readiness = readiness;
    this.process = process;
    this.log = log;
  }

  /**
   * @param folder for the volumes and the log
   */
  static DeployedService start(JsonNode deployment, SecuredCluster cluster, Path folder)
      throws IOException {
    String name = Manifests.name(deployment);
    JsonNode pod = deployment.at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    Map<String, Path> mounts = mounts(pod, container, cluster, folder.resolve(name));
    Path log = folder.resolve(name + ".log");
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
    environment.putAll(declared(container, cluster, mounts));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
    int port = LoopbackPorts.anyFree();
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    environment.put("OPT_OUT_TRACKING", "true");
    environment.put("DJL_CACHE_DIR", folder.resolve("engine").toString());
    environment.put("ENGINE_CACHE_DIR", folder.resolve("engine").toString());
    String path = container.at("/readinessProbe/httpGet/path").asText();
    URI readiness = URI.create("http://%s:%d%s".formatted(LoopbackPorts.HOST, port, path));
    return new DeployedService(name, readiness, builder.start(), log);
  }

  /** Mount paths and the folders that stand for them. */
  private static Map<String, Path> mounts(
      JsonNode pod, JsonNode container, SecuredCluster cluster, Path folder) throws IOException {
    Map<String, Path> volumes = new HashMap<>();
    for (JsonNode volume : pod.path("volumes")) {
      String volumeName = volume.path("name").asText();
      JsonNode secret = volume.at("/secret/secretName");
      volumes.put(
          volumeName,
          secret.isMissingNode()
              ? Files.createDirectories(folder.resolve(volumeName))
              : cluster.secrets().file(secret.asText(), "."));
    }
    Map<String, Path> mounts = new HashMap<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      mounts.put(mount.path("mountPath").asText(), volumes.get(mount.path("name").asText()));
    }
    return mounts;
  }

  private static Map<String, String> declared(
      JsonNode container, SecuredCluster cluster, Map<String, Path> mounts) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : container.path("env")) {
      JsonNode key = variable.at("/valueFrom/secretKeyRef");
      String value =
          key.isMissingNode()
              ? onThisMachine(variable.path("value").asText(), mounts)
              : cluster.secrets().value(key.path("name").asText(), key.path("key").asText());
      environment.put(variable.path("name").asText(), value);
    }
    return environment;
  }

  private static String onThisMachine(String value, Map<String, Path> mounts) {
    for (Map.Entry<String, Path> mount : mounts.entrySet()) {
      String path = mount.getKey();
      if (value.equals(path) || value.startsWith(path + "/")) {
        return mount.getValue() + value.substring(path.length());
      }
    }
    return value;
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks its readiness probe until that says yes; fails if the process ends instead. */
  void awaitReady() throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(readiness).build();
    while (true) {
      assertThat(process.isAlive()).as(() -> name + ": " + String.join("\n", log())).isTrue();
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK) {
          return;
        }
      } catch (ConnectException e) {
        // its port is not open yet
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  List<String> log() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
