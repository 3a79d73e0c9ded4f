package dev.rivulet.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Manifests;
import dev.rivulet.local.broker.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  private final String name;
  private final Process process;
  private final Path log;

  private DeployedService(String name, Process process, Path log) {
    this.name = name;
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
                "-jar",
                HOME.resolve(name + "-service/target/quarkus-app/quarkus-run.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("KAFKA_") || key.startsWith("RIVULET_"));
    environment.putAll(declared(container, cluster, mounts));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(LoopbackPorts.anyFree()));
    environment.put("OPT_OUT_TRACKING", "true");
    environment.put("DJL_CACHE_DIR", folder.resolve("engine").toString());
    environment.put("ENGINE_CACHE_DIR", folder.resolve("engine").toString());
    return new DeployedService(name, builder.start(), log);
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
