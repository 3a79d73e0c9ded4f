package dev.rivulet.deploy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The part of KEDA's {@code keda.sh/v1alpha1} that we use, by the names of its documentation: there
 * is no published model for Java. Absent numbers and objects have KEDA's defaults.
 */
final class KedaModel {
  static final String VERSION = "keda.sh/v1alpha1";

  private KedaModel() {}

  /** Name, namespace and labels. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Metadata(
      @JsonProperty(required = true) String name, String namespace, Map<String, String> labels) {}

  /** Scales a workload by what its triggers measure. */
  record ScaledObject(
      @JsonProperty(required = true) String apiVersion,
      @JsonProperty(required = true) String kind,
      @JsonProperty(required = true) Metadata metadata,
      @JsonProperty(required = true) ScaledObjectSpec spec) {}

  /** Intervals are in seconds. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ScaledObjectSpec(
      @JsonProperty(required = true) ScaleTarget scaleTargetRef,
      Integer minReplicaCount,
      Integer maxReplicaCount,
      Integer pollingInterval,
      Integer cooldownPeriod,
      Fallback fallback,
      @JsonProperty(required = true) List<Trigger> triggers) {}

  /** A Deployment unless it says otherwise. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ScaleTarget(String apiVersion, String kind, @JsonProperty(required = true) String name) {}

  /** What to do when the lag cannot be read. */
  record Fallback(
      @JsonProperty(required = true) Integer failureThreshold,
      @JsonProperty(required = true) Integer replicas) {}

  /** Only triggers of type {@code kafka}. */
  record Trigger(
      @JsonProperty(required = true) TriggerType type,
      @JsonProperty(required = true) KafkaTrigger metadata,
      @JsonProperty(required = true) AuthenticationRef authenticationRef) {}

  enum TriggerType {
    kafka
  }

  /** In KEDA's metadata every value is a string. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record KafkaTrigger(
      @JsonProperty(required = true) String bootstrapServers,
      @JsonProperty(required = true) String consumerGroup,
      @JsonProperty(required = true) String topic,
      String lagThreshold,
      String activationLagThreshold,
      String offsetResetPolicy,
      String allowIdleConsumers,
      String scaleToZeroOnInvalidOffset,
      String limitToPartitionsWithLag,
      String version,
      String tls) {}

  record AuthenticationRef(@JsonProperty(required = true) String name) {}

  /** Where a trigger's certificates come from. */
  record TriggerAuthentication(
      @JsonProperty(required = true) String apiVersion,
      @JsonProperty(required = true) String kind,
      @JsonProperty(required = true) Metadata metadata,
      @JsonProperty(required = true) TriggerAuthenticationSpec spec) {}

  record TriggerAuthenticationSpec(
      @JsonProperty(required = true) List<SecretTarget> secretTargetRef) {}

  record SecretTarget(
      @JsonProperty(required = true) Parameter parameter,
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) String key) {}

  /** The parameters of the trigger {@code kafka} for TLS. */
  enum Parameter {
    ca,
    cert,
    key,
    tls
  }
}
