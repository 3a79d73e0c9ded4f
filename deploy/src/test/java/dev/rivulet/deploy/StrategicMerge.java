package dev.rivulet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Merges a patch into an object of Kubernetes as kustomize does: maps by key, the lists of a pod by
 * the key that Kubernetes gives them, other lists as a whole.
 */
final class StrategicMerge {
  /** Of the lists that Kubernetes merges: what tells their elements apart. */
  private static final Map<String, String> MERGE_KEYS =
      Map.of(
          "containers", "name",
          "initContainers", "name",
          "env", "name",
          "volumes", "name",
          "volumeMounts", "mountPath",
          "ports", "containerPort");

  private StrategicMerge() {}

  /**
   * Changes {@code target}; a null in the patch removes.
   *
   * @throws IllegalArgumentException if the patch has a directive, which this does not know
   */
  static void merge(ObjectNode target, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (name.startsWith("$")) {
                throw new IllegalArgumentException("unknown directive in a patch: " + name);
              }
              merge(target, name, field.getValue());
            });
  }

  private static void merge(ObjectNode target, String name, JsonNode patch) {
    JsonNode present = target.get(name);
    if (patch.isNull()) {
      target.remove(name);
    } else if (present instanceof ObjectNode object && patch.isObject()) {
      merge(object, patch);
    } else if (present instanceof ArrayNode list && MERGE_KEYS.containsKey(name)) {
      patch.forEach(element -> merge(list, MERGE_KEYS.get(name), element));
    } else {
      target.set(name, patch.deepCopy());
    }
  }

  private static void merge(ArrayNode list, String key, JsonNode patch) {
    if (!patch.hasNonNull(key)) {
      throw new IllegalArgumentException(
          "a patch's element lacks its %s: %s".formatted(key, patch));
    }
    for (JsonNode element : list) {
      if (element.get(key).equals(patch.get(key))) {
        merge((ObjectNode) element, patch);
        return;
      }
    }
    list.add(patch.deepCopy());
  }
}
