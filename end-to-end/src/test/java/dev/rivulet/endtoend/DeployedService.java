package dev.rivulet.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts a service as its Deployment does, but for the container: with the same environment, its
 * volumes being folders of the test.
 */
final class DeployedService {
  private DeployedService() {}

  /**
   * @param folder for the volumes and the log
   */
  static StartedService start(JsonNode deployment, SecuredCluster cluster, Path folder)
      throws IOException {
    String name = Manifests.name(deployment);
    JsonNode pod = deployment.at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    Map<String, Path> mounts = mounts(pod, container, cluster, folder.resolve(name));
    Map<String, String> environment = declared(container, cluster, mounts);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
    return StartedService.start(
        name,
        environment,
        container.at("/readinessProbe/httpGet/path").asText(),
        folder,
        folder.resolve(name + ".log"));
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
}
