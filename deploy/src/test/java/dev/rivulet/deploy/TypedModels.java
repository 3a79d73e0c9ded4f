package dev.rivulet.deploy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.crdgenerator.annotations.PresentInVersions;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads objects into the models of whoever defines their kind, and takes nothing that these do not
 * know: the models alone would keep unknown fields silently.
 */
final class TypedModels {
  private static final String STRIMZI = "kafka.strimzi.io/v1 ";
  private static final Pattern DECLARED_VERSION = Pattern.compile("\\bv1\\b");
  private static final Map<String, Class<?>> MODELS =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Namespace", Namespace.class),
          Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
          Map.entry(STRIMZI + "Kafka", Kafka.class),
          Map.entry(STRIMZI + "KafkaNodePool", KafkaNodePool.class),
          Map.entry(STRIMZI + "KafkaTopic", KafkaTopic.class),
          Map.entry(STRIMZI + "KafkaUser", KafkaUser.class),
          Map.entry(KedaModel.VERSION + " ScaledObject", KedaModel.ScaledObject.class),
          Map.entry(
              KedaModel.VERSION + " TriggerAuthentication", KedaModel.TriggerAuthentication.class));

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new Refusing())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
          .build();

  private TypedModels() {}

  /**
   * The object as its model; written again it is the same.
   *
   * @throws IllegalArgumentException if there is no such kind, or it has no such field or value
   */
  static Object read(JsonNode object) {
    String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    Class<?> model = MODELS.get(kind);
    if (model == null) {
      throw new IllegalArgumentException("no model of " + kind);
    }
    Object typed;
    try {
      typed = STRICT.treeToValue(object, model);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s %s: %s".formatted(kind, Manifests.name(object), e.getMessage()), e);
    }
    ObjectNode read = STRICT.valueToTree(typed);
    // Strimzi's models stand for all versions of their kind and write the oldest
    read.set("apiVersion", object.get("apiVersion"));
    requireSame("", object, read);
    return typed;
  }

  /** A number where a string belongs, or the other way round, would be corrected on reading. */
  private static void requireSame(String path, JsonNode written, JsonNode read) {
    if (written.isObject() && read.isObject()) {
      written
          .properties()
          .forEach(
              field ->
                  requireSame(
                      path + "/" + field.getKey(), field.getValue(), read.path(field.getKey())));
    } else if (written.isArray() && read.size() == written.size()) {
      for (int i = 0; i < written.size(); i++) {
        requireSame(path + "/" + i, written.get(i), read.get(i));
      }
    } else if (written.isNumber() && read.isNumber()) {
      requireEqual(path, written.decimalValue(), read.decimalValue());
    } else {
      requireEqual(path, written, read);
    }
  }

  private static void requireEqual(String path, Object written, Object read) {
    if (!written.equals(read)) {
      throw new IllegalArgumentException(
          "%s is %s, but %s to the model".formatted(path, written, read));
    }
  }

  /** Takes from the models their way to keep, or to pass over, what they do not know. */
  private static final class Refusing extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      return JsonIgnoreProperties.Value.empty().withoutIgnoreUnknown();
    }

    /** A field that the declared version does not have any more. */
    @Override
    public boolean hasIgnoreMarker(AnnotatedMember member) {
      PresentInVersions present = member.getAnnotation(PresentInVersions.class);
      return super.hasIgnoreMarker(member)
          || present != null && !DECLARED_VERSION.matcher(present.value()).find();
    }
  }
}
