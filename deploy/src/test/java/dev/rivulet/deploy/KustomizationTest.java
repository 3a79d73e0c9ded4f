package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KustomizationTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String HEAD =
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void rendersWhatKubectlRenders(String overlay) throws Exception {
    assumeTrue(kubectlIsThere(), "no kubectl on the PATH to compare with");
    List<JsonNode> byKubectl =
        kubectl(ProjectFiles.path(Manifests.FOLDER + "/overlays/" + overlay));

    List<ObjectNode> byUs = Manifests.of(overlay).objects();

    assertThat(List.<JsonNode>copyOf(byUs)).containsExactlyInAnyOrderElementsOf(byKubectl);
  }

  @Test
  void everyFileOfTheBaseIsRendered() throws IOException {
    Path base = ProjectFiles.path(Manifests.FOLDER + "/base");
    List<String> files;
    try (Stream<Path> all = Files.list(base)) {
      files = all.map(file -> file.getFileName().toString()).toList();
    }
    List<String> expected = new ArrayList<>(files);
    expected.remove("kustomization.yaml");

    assertThat(
            Kustomization.read(ProjectFiles.yaml(Manifests.FOLDER + "/base/kustomization.yaml"))
                .resources())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void refusesAFieldItDoesNotKnow() {
    assertThatThrownBy(() -> Kustomization.read(yaml(HEAD + "commonLabels: {a: b}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("commonLabels");
    assertThatThrownBy(() -> Kustomization.read(yaml(HEAD + "images: [{name: a, digest: b}]")))
        .hasMessageContaining("digest");
  }

  @Test
  void refusesAPatchOfNothing() throws Exception {
    Files.writeString(folder.resolve("kustomization.yaml"), HEAD + "patches: [{path: patch.yaml}]");
    Files.writeString(
        folder.resolve("patch.yaml"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: none}}");

    assertThatThrownBy(() -> Kustomization.render(folder.toString()))
        .hasMessageContaining("0 objects")
        .hasMessageContaining("none");
  }

  @Test
  void refusesAPatchWithADirective() {
    ObjectNode target = YAML.createObjectNode();

    assertThatThrownBy(() -> StrategicMerge.merge(target, yaml("{$patch: delete}")))
        .hasMessageContaining("$patch");
  }

  @Test
  void mergesContainersByNameAndOtherListsAsAWhole() throws Exception {
    ObjectNode target =
        (ObjectNode) yaml("{containers: [{name: a, image: x}, {name: b}], args: [1, 2], gone: 1}");

    StrategicMerge.merge(
        target, yaml("{containers: [{name: b, image: y}, {name: c}], args: [3], gone: null}"));

    assertThat(target)
        .isEqualTo(
            yaml("{containers: [{name: a, image: x}, {name: b, image: y}, {name: c}], args: [3]}"));
  }

  @Test
  void renamesImages() throws Exception {
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        HEAD
            + "resources: [pod.yaml]\n"
            + "images:\n"
            + "- {name: rivulet/trainer, newName: example.org:5000/t, newTag: '2'}\n"
            + "- {name: example.org:5000/a, newName: b}\n");
    Files.writeString(
        folder.resolve("pod.yaml"),
        "{metadata: {name: x}, containers: [{image: 'rivulet/trainer:1'}, {image: 'rivulet/trainer2:1'},"
            + " {image: 'example.org:5000/a'}]}");

    assertThat(Kustomization.render(folder.toString()).get(0).get("containers"))
        .extracting(container -> container.get("image").asText())
        .containsExactly("example.org:5000/t:2", "rivulet/trainer2:1", "b");
  }

  private static JsonNode yaml(String text) throws IOException {
    return YAML.readTree(text);
  }

  private static boolean kubectlIsThere() {
    return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, "kubectl")));
  }

  private List<JsonNode> kubectl(Path overlay) throws Exception {
    Path out = folder.resolve("kubectl.yaml");
    Process process =
        new ProcessBuilder("kubectl", "kustomize", overlay.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(out.toFile())) {
      return documents.readAll();
    }
  }
}
