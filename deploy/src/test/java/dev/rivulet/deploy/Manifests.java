package dev.rivulet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The objects of an overlay of {@code deploy/kubernetes}, as a cluster would get them.
 *
 * @param objects of all kinds
 */
public record Manifests(List<ObjectNode> objects) {
  static final String FOLDER = "deploy/kubernetes";

  /**
   * @param overlay {@code cpu} or {@code gpu}
   */
  public static Manifests of(String overlay) {
    return new Manifests(Kustomization.render(FOLDER + "/overlays/" + overlay));
  }

  public List<ObjectNode> ofKind(String kind) {
    return objects.stream().filter(o -> o.path("kind").asText().equals(kind)).toList();
  }

  /**
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public ObjectNode get(String kind, String name) {
    List<ObjectNode> found =
        ofKind(kind).stream().filter(object -> name(object).equals(name)).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException("%d of %s %s".formatted(found.size(), kind, name));
    }
    return found.get(0);
  }

  public static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }
}
