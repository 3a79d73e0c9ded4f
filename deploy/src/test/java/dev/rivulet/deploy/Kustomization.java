package dev.rivulet.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code kustomization.yaml}, as far as ours use it; what it does not know is an error.
 *
 * @param resources files of objects, or folders with a kustomization of their own
 * @param namespace of all objects that live in one
 * @param images other names or tags
 * @param patches strategic merge patches
 */
record Kustomization(
    String apiVersion,
    String kind,
    List<String> resources,
    Optional<String> namespace,
    List<Image> images,
    List<Patch> patches) {
  private static final String FILE = "/kustomization.yaml";
  private static final Set<String> WITHOUT_NAMESPACE = Set.of("Namespace");
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .findAndAddModules()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Gives containers with the image {@code name} another name, another tag, or both. */
  record Image(String name, Optional<String> newName, Optional<String> newTag) {
    private String apply(String image) {
      int colon = image.lastIndexOf(':');
      String repository = colon < image.lastIndexOf('/') + 1 ? image : image.substring(0, colon);
      if (!repository.equals(name)) {
        return image;
      }
      String tag = newTag.map(t -> ":" + t).orElse(image.substring(repository.length()));
      return newName.orElse(repository) + tag;
    }
  }

  /** A file with an object of the same kind and name as the one that it changes. */
  record Patch(String path) {}

  Kustomization {
    resources = resources == null ? List.of() : List.copyOf(resources);
    images = images == null ? List.of() : List.copyOf(images);
    patches = patches == null ? List.of() : List.copyOf(patches);
    if (!"kustomize.config.k8s.io/v1beta1".equals(apiVersion) || !"Kustomization".equals(kind)) {
      throw new IllegalArgumentException("no kustomization: %s %s".formatted(apiVersion, kind));
    }
  }

  /**
   * The objects that {@code kubectl kustomize} would print, in some order.
   *
   * @param folder relative to the project's root
   * @throws IllegalArgumentException if it uses what this does not know
   */
  static List<ObjectNode> render(String folder) {
    return read(ProjectFiles.yaml(folder + FILE)).objects(folder);
  }

  static Kustomization read(JsonNode file) {
    try {
      return STRICT.treeToValue(file, Kustomization.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("kustomization: " + e.getOriginalMessage(), e);
    }
  }

  private List<ObjectNode> objects(String folder) {
    List<ObjectNode> objects = new ArrayList<>();
    for (String resource : resources) {
      String path = folder + "/" + resource;
      if (ProjectFiles.path(path).toFile().isDirectory()) {
        objects.addAll(render(path));
      } else {
        ProjectFiles.documents(path).forEach(document -> objects.add((ObjectNode) document));
      }
    }
    namespace.ifPresent(name -> objects.forEach(object -> place(object, name)));
    for (Patch patch : patches) {
      JsonNode change = ProjectFiles.yaml(folder + "/" + patch.path());
      StrategicMerge.merge(patched(objects, change), change);
    }
    images.forEach(image -> objects.forEach(object -> rename(object, image)));
    return objects;
  }

  private static void place(ObjectNode object, String namespace) {
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    if (WITHOUT_NAMESPACE.contains(object.path("kind").textValue())) {
      metadata.put("name", namespace);
    } else {
      metadata.put("namespace", namespace);
    }
  }

  private static ObjectNode patched(List<ObjectNode> objects, JsonNode patch) {
    List<ObjectNode> same =
        objects.stream().filter(o -> identity(o).equals(identity(patch))).toList();
    if (same.size() != 1) {
      throw new IllegalArgumentException(
          "a patch is for %d objects: %s".formatted(same.size(), identity(patch)));
    }
    return same.get(0);
  }

  /** What no two objects have in common. */
  static List<String> identity(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return List.of(
        object.path("apiVersion").asText(),
        object.path("kind").asText(),
        metadata.path("namespace").asText(),
        metadata.path("name").asText());
  }

  private static void rename(JsonNode node, Image image) {
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : node.path(list)) {
        String present = container.path("image").asText();
        ((ObjectNode) container).put("image", image.apply(present));
      }
    }
    node.forEach(child -> rename(child, image));
  }
}
