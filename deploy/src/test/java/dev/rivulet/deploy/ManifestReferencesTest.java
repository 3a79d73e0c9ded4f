package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the manifests name of each other must be there. */
class ManifestReferencesTest {
  private static final Set<String> USER_KEYS =
      Set.of("ca.crt", "user.crt", "user.key", "user.p12", "user.password");
  private static final Set<String> CA_KEYS = Set.of("ca.crt", "ca.p12", "ca.password");

  private static final Pattern MADE_BY_HAND =
      Pattern.compile("create secret generic (\\S+) --from-literal=([^=]+)=");

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everySelectorMeetsPods(String overlay) {
    Manifests manifests = Manifests.of(overlay);

    assertSelected(manifests, "PodDisruptionBudget", "/spec/selector/matchLabels", 1);
    assertSelected(manifests, "Service", "/spec/selector", 1);
    assertSelected(manifests, "PodMonitor", "/spec/selector/matchLabels", 3);
    for (JsonNode policy : manifests.ofKind("NetworkPolicy")) {
      JsonNode labels = policy.at("/spec/podSelector/matchLabels");
      if (!labels.has("strimzi.io/cluster")) {
        assertThat(pods(manifests, labels)).as(Manifests.name(policy)).isNotEmpty();
      }
    }
    // each of the three may be drained, and is found by Prometheus
    assertThat(manifests.ofKind("PodDisruptionBudget")).hasSize(3);
    assertThat(
            pods(manifests, manifests.ofKind("PodMonitor").get(0).at("/spec/selector/matchLabels")))
        .containsExactlyInAnyOrder("ingest", "trainer", "inference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void deploymentsAndServicesFitTheirPods(String overlay) {
    Manifests manifests = Manifests.of(overlay);
    for (JsonNode object : manifests.ofKind("Deployment")) {
      assertThat(pods(manifests, object.at("/spec/selector/matchLabels")))
          .containsExactly(Manifests.name(object));
      for (JsonNode spread : object.at("/spec/template/spec/topologySpreadConstraints")) {
        assertThat(pods(manifests, spread.at("/labelSelector/matchLabels")))
            .containsExactly(Manifests.name(object));
      }
    }
    for (JsonNode service : manifests.ofKind("Service")) {
      assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
      assertThat(pods(manifests, service.at("/spec/selector")))
          .containsExactly(Manifests.name(service));
    }
    JsonNode endpoint = manifests.ofKind("PodMonitor").get(0).at("/spec/podMetricsEndpoints/0");
    assertThat(endpoint.path("port").asText()).isEqualTo("http");
    assertThat(endpoint.path("path").asText()).isEqualTo("/q/metrics");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everythingIsInTheOneNamespace(String overlay) {
    Manifests manifests = Manifests.of(overlay);
    String namespace = Manifests.name(manifests.ofKind("Namespace").get(0));
    for (JsonNode object : manifests.objects()) {
      if (!object.path("kind").asText().equals("Namespace")) {
        assertThat(object.at("/metadata/namespace").asText()).isEqualTo(namespace);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void everyVolumeAndSecretExists(String overlay) {
    Manifests manifests = Manifests.of(overlay);
    Map<String, Set<String>> secrets = secrets(manifests);
    for (ObjectNode object : manifests.ofKind("Deployment")) {
      PodSpec pod = ((Deployment) TypedModels.read(object)).getSpec().getTemplate().getSpec();
      Container container = pod.getContainers().get(0);
      assertThat(container.getVolumeMounts().stream().map(VolumeMount::getName))
          .containsExactlyInAnyOrderElementsOf(
              pod.getVolumes().stream().map(Volume::getName).toList());
      for (Volume volume : pod.getVolumes()) {
        if (volume.getSecret() != null) {
          assertThat(secrets).containsKey(volume.getSecret().getSecretName());
        } else if (volume.getPersistentVolumeClaim() != null) {
          manifests.get("PersistentVolumeClaim", volume.getPersistentVolumeClaim().getClaimName());
        } else {
          assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull();
        }
      }
      for (EnvVar variable : container.getEnv()) {
        assertExists(variable, pod, secrets);
      }
      // its own user, nobody else's
      assertThat(pod.getVolumes().stream().filter(v -> v.getSecret() != null))
          .extracting(volume -> volume.getSecret().getSecretName())
          .containsExactlyInAnyOrder("rivulet-" + Manifests.name(object), caSecret(manifests));
    }
  }

  /** A key of a secret is there, and a file's path is that of a mounted secret's key. */
  private static void assertExists(EnvVar variable, PodSpec pod, Map<String, Set<String>> secrets) {
    if (variable.getValueFrom() != null) {
      var key = variable.getValueFrom().getSecretKeyRef();
      assertThat(secrets.get(key.getName())).as(key.getName()).contains(key.getKey());
    }
    if (variable.getName().endsWith("_LOCATION")) {
      String path = variable.getValue();
      String folder = path.substring(0, path.lastIndexOf('/'));
      String volume =
          pod.getContainers().get(0).getVolumeMounts().stream()
              .filter(mount -> mount.getMountPath().equals(folder))
              .findFirst()
              .orElseThrow()
              .getName();
      String secret =
          pod.getVolumes().stream()
              .filter(v -> v.getName().equals(volume))
              .findFirst()
              .orElseThrow()
              .getSecret()
              .getSecretName();
      assertThat(secrets.get(secret)).contains(path.substring(folder.length() + 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void theClusterIsAddressedByTheNameThatStrimziGivesIt(String overlay) {
    Manifests manifests = Manifests.of(overlay);
    JsonNode kafka = manifests.ofKind("Kafka").get(0);
    JsonNode listener = kafka.at("/spec/kafka/listeners/0");
    String host = Manifests.name(kafka) + "-kafka-bootstrap";
    int port = listener.path("port").asInt();

    assertThat(listener.path("tls").asBoolean()).isTrue();
    assertThat(listener.at("/authentication/type").asText()).isEqualTo("tls");
    assertThat(kafka.at("/spec/kafka/authorization/type").asText()).isEqualTo("simple");
    assertThat(kafka.at("/spec/kafka/authorization/superUsers").isMissingNode()).isTrue();
    for (JsonNode deployment : manifests.ofKind("Deployment")) {
      assertThat(deployment.at("/spec/template/spec/containers/0/env"))
          .anySatisfy(
              variable -> {
                assertThat(variable.path("name").asText()).isEqualTo("KAFKA_BOOTSTRAP_SERVERS");
                assertThat(variable.path("value").asText()).isEqualTo(host + ":" + port);
              });
    }
    assertThat(
            manifests
                .get("ScaledObject", "inference")
                .at("/spec/triggers/0/metadata/bootstrapServers")
                .asText())
        .isEqualTo("%s.%s.svc:%d".formatted(host, kafka.at("/metadata/namespace").asText(), port));
    JsonNode egress = manifests.get("NetworkPolicy", "kafka-clients").at("/spec/egress/0");
    assertThat(egress.at("/ports/0/port").asInt()).isEqualTo(port);
    assertThat(egress.at("/to/0/podSelector/matchLabels/strimzi.io~1cluster").asText())
        .isEqualTo(Manifests.name(kafka));
    // who may reach out to Kafka is who Kafka lets in
    assertThat(listener.at("/networkPolicyPeers/0/podSelector"))
        .isEqualTo(manifests.get("NetworkPolicy", "kafka-clients").at("/spec/podSelector"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void scalesInferenceByTheLagOfImages(String overlay) {
    Manifests manifests = Manifests.of(overlay);
    KedaModel.ScaledObject scaling =
        (KedaModel.ScaledObject) TypedModels.read(manifests.get("ScaledObject", "inference"));
    KedaModel.Trigger trigger = scaling.spec().triggers().get(0);

    JsonNode target = manifests.get("Deployment", scaling.spec().scaleTargetRef().name());
    // or each apply would undo what KEDA has set
    assertThat(target.at("/spec/replicas").isMissingNode()).isTrue();
    assertThat(scaling.spec().minReplicaCount()).isGreaterThanOrEqualTo(2);
    assertThat(scaling.spec().maxReplicaCount())
        .isEqualTo(Topics.DEFAULT.imagesSpec().partitions());
    assertThat(trigger.metadata().topic()).isEqualTo(Topics.DEFAULT.images());
    assertThat(trigger.metadata().consumerGroup()).isEqualTo(Groups.INFERENCE);
    assertThat(Integer.parseInt(trigger.metadata().lagThreshold())).isPositive();
    assertThat(trigger.metadata().tls()).isEqualTo("enable");

    KedaModel.TriggerAuthentication authentication =
        (KedaModel.TriggerAuthentication)
            TypedModels.read(
                manifests.get("TriggerAuthentication", trigger.authenticationRef().name()));
    Map<String, Set<String>> secrets = secrets(manifests);
    assertThat(authentication.spec().secretTargetRef())
        .extracting(KedaModel.SecretTarget::parameter)
        .containsExactlyInAnyOrder(
            KedaModel.Parameter.ca, KedaModel.Parameter.cert, KedaModel.Parameter.key);
    assertThat(authentication.spec().secretTargetRef())
        .allSatisfy(secret -> assertThat(secrets.get(secret.name())).contains(secret.key()));
  }

  /** The secrets that Strimzi makes, by its naming rules, and the README's, with their keys. */
  private static Map<String, Set<String>> secrets(Manifests manifests) {
    Map<String, Set<String>> secrets = new HashMap<>();
    manifests.ofKind("KafkaUser").forEach(user -> secrets.put(Manifests.name(user), USER_KEYS));
    secrets.put(caSecret(manifests), CA_KEYS);
    Matcher made = MADE_BY_HAND.matcher(ProjectFiles.text("deploy/kubernetes/README.md"));
    while (made.find()) {
      secrets.put(made.group(1), Set.of(made.group(2)));
    }
    return secrets;
  }

  private static String caSecret(Manifests manifests) {
    return Manifests.name(manifests.ofKind("Kafka").get(0)) + "-cluster-ca-cert";
  }

  private static void assertSelected(
      Manifests manifests, String kind, String selector, int expected) {
    assertThat(manifests.ofKind(kind)).isNotEmpty();
    for (JsonNode object : manifests.ofKind(kind)) {
      assertThat(pods(manifests, object.at(selector)))
          .as("%s %s", kind, Manifests.name(object))
          .hasSize(expected);
    }
  }

  /** The names of the Deployments whose pods have all the labels. */
  private static Set<String> pods(Manifests manifests, JsonNode labels) {
    Set<String> names = new TreeSet<>();
    for (JsonNode deployment : manifests.ofKind("Deployment")) {
      JsonNode present = deployment.at("/spec/template/metadata/labels");
      List<String> missing = new ArrayList<>();
      labels
          .properties()
          .forEach(
              label -> {
                if (!label.getValue().equals(present.get(label.getKey()))) {
                  missing.add(label.getKey());
                }
              });
      if (missing.isEmpty()) {
        names.add(Manifests.name(deployment));
      }
    }
    return names;
  }
}
