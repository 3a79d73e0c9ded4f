package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestModelTest {
  /** Maps whose keys are anybody's choice. */
  private static final Set<String> FREE_FORM =
      Set.of("labels", "annotations", "matchLabels", "data", "config", "requests", "limits");

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everyObjectFitsItsModel(String overlay) {
    List<ObjectNode> objects = Manifests.of(overlay).objects();

    assertThat(objects).isNotEmpty();
    for (ObjectNode object : objects) {
      assertThatCode(() -> TypedModels.read(object))
          .as(Manifests.name(object))
          .doesNotThrowAnyException();
    }
    assertThat(objects.stream().map(Kustomization::identity)).doesNotHaveDuplicates();
  }

  @Test
  void refusesAMisspeltFieldWhereverItIs() {
    int misspelt = 0;
    for (ObjectNode object : Manifests.of("gpu").objects()) {
      for (ObjectNode parent : parentsOfFields(object)) {
        for (String field : fieldNames(parent)) {
          JsonNode value = parent.remove(field);
          parent.set(field + "x", value);
          assertThatThrownBy(() -> TypedModels.read(object), "%s of %s", field, object)
              .isInstanceOf(IllegalArgumentException.class);
          parent.remove(field + "x");
          parent.set(field, value);
          misspelt++;
        }
      }
      TypedModels.read(object);
    }
    assertThat(misspelt).isGreaterThan(500);
  }

  @Test
  void strimziHasTheVersionThatIsDeclared() {
    assertThat(
            List.of(
                Kafka.VERSIONS, KafkaNodePool.VERSIONS, KafkaTopic.VERSIONS, KafkaUser.VERSIONS))
        .allSatisfy(versions -> assertThat(versions).contains("v1"));
  }

  @Test
  void refusesAFieldThatOnlyAnOlderVersionHad() {
    ObjectNode kafka = Manifests.of("cpu").get("Kafka", "rivulet");
    ((ObjectNode) kafka.at("/spec/kafka")).putObject("resources").putObject("requests");

    assertThatThrownBy(() -> TypedModels.read(kafka)).hasMessageContaining("resources");
  }

  @Test
  void namesTheMisspeltField() {
    ObjectNode deployment = Manifests.of("cpu").get("Deployment", "ingest");
    ObjectNode container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
    container.set("readinesProbe", container.remove("readinessProbe"));

    assertThatThrownBy(() -> TypedModels.read(deployment))
        .hasMessageContaining("apps/v1 Deployment ingest")
        .hasMessageContaining("readinesProbe");
  }

  @Test
  void refusesANumberWhereATextBelongs() {
    ObjectNode run = Manifests.of("cpu").get("ConfigMap", "rivulet-run");
    ((ObjectNode) run.get("data")).put("RIVULET_RUN_EPOCHS", 10);

    assertThatThrownBy(() -> TypedModels.read(run)).hasMessageContaining("RIVULET_RUN_EPOCHS");
  }

  @Test
  void refusesAnUnknownKind() {
    ObjectNode object = Manifests.of("cpu").get("Deployment", "ingest");
    object.put("kind", "Deploiment");

    assertThatThrownBy(() -> TypedModels.read(object)).hasMessage("no model of apps/v1 Deploiment");
  }

  private static List<String> fieldNames(ObjectNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** The objects within an object, and itself, but for the free-form ones. */
  private static List<ObjectNode> parentsOfFields(JsonNode node) {
    List<ObjectNode> parents = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      parents.add(object);
      object
          .properties()
          .forEach(
              field -> {
                // that of a Service is free-form; others have their labels in matchLabels
                boolean labels =
                    field.getKey().equals("selector") && !field.getValue().has("matchLabels");
                if (!labels && !FREE_FORM.contains(field.getKey())) {
                  parents.addAll(parentsOfFields(field.getValue()));
                }
              });
    } else {
      node.forEach(element -> parents.addAll(parentsOfFields(element)));
    }
    return parents;
  }
}
