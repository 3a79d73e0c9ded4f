package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Deployments and what the services say of themselves. */
class DeploymentManifestTest {
  private static final long USER = 10_001;
  private static final Set<String> RUN_SETTINGS =
      Set.of(
          "AUTOSTART",
          "DATASET",
          "EPOCHS",
          "BATCH",
          "AUGMENT",
          "WIDTH",
          "RECIPE",
          "SEED",
          "LIMIT",
          "DEVICE",
          "PRECISION",
          "DEPTHS",
          "SET");

  /** The settings of each service besides {@code kafka.*} and the run's. */
  private static final Map<String, Set<String>> SETTINGS =
      Map.of(
          "ingest", Set.of("DATA_DIR", "INGEST_WINDOW_IMAGES", "INGEST_THREADS"),
          "trainer",
              Set.of(
                  "API_KEY",
                  "DATA_DIR",
                  "CHECKPOINT_INTERVAL",
                  "CHECKPOINTS_KEPT",
                  "TRAINER_THREADS"),
          "inference",
              Set.of("API_KEY", "DEVICE", "MAX_BATCH", "REST_CONCURRENCY", "INFERENCE_THREADS"));

  /** A Deployment of one overlay. */
  record Service(String overlay, Deployment deployment) {
    String name() {
      return deployment.getMetadata().getName();
    }

    PodSpec pod() {
      return deployment.getSpec().getTemplate().getSpec();
    }

    Container container() {
      return pod().getContainers().get(0);
    }

    Properties properties() {
      Properties properties = new Properties();
      try {
        properties.load(
            new StringReader(
                ProjectFiles.text(name() + "-service/src/main/resources/application.properties")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return properties;
    }

    @Override
    public String toString() {
      return overlay + " " + name();
    }
  }

  static List<Service> services() {
    List<Service> services =
        Stream.of("cpu", "gpu")
            .flatMap(
                overlay ->
                    Manifests.of(overlay).ofKind("Deployment").stream()
                        .map(object -> (Deployment) TypedModels.read(object))
                        .map(deployment -> new Service(overlay, deployment)))
            .toList();
    assertThat(services.stream().map(Service::name).distinct())
        .containsExactlyInAnyOrder("ingest", "trainer", "inference");
    return services;
  }

  @ParameterizedTest
  @MethodSource("services")
  void asksForHealthWhereTheServiceAnswers(Service service) {
    Properties properties = service.properties();
    Container container = service.container();

    assertThat(container.getPorts()).hasSize(1);
    assertThat(container.getPorts().get(0).getName()).isEqualTo("http");
    assertThat(String.valueOf(container.getPorts().get(0).getContainerPort()))
        .isEqualTo(properties.getProperty("quarkus.http.port"));
    // the paths are those of Quarkus, as long as nobody changes them
    assertThat(properties.stringPropertyNames())
        .noneMatch(name -> name.startsWith("quarkus.smallrye-health"))
        .noneMatch(name -> name.startsWith("quarkus.management"))
        .noneMatch(name -> name.startsWith("quarkus.micrometer"))
        .noneMatch(name -> name.endsWith("root-path"));
    assertProbe(container.getStartupProbe(), "/q/health/live");
    assertProbe(container.getLivenessProbe(), "/q/health/live");
    assertProbe(container.getReadinessProbe(), "/q/health/ready");
  }

  private static void assertProbe(Probe probe, String path) {
    HTTPGetAction get = probe.getHttpGet();
    assertThat(get.getPath()).isEqualTo(path);
    assertThat(get.getPort().getStrVal()).isEqualTo("http");
  }

  @ParameterizedTest
  @MethodSource("services")
  void setsOnlyWhatTheServiceKnows(Service service) {
    Set<String> kafka = new HashSet<>(AdminClientConfig.configNames());
    kafka.retainAll(ConsumerConfig.configNames());
    kafka.retainAll(ProducerConfig.configNames());

    assertThat(service.container().getEnv())
        .extracting(EnvVar::getName)
        .doesNotHaveDuplicates()
        .allSatisfy(
            name -> {
              if (name.startsWith("KAFKA_")) {
                String setting = name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT);
                assertThat(kafka).contains(setting.replace('_', '.'));
              } else {
                assertThat(name).startsWith("RIVULET_");
                assertThat(SETTINGS.get(service.name()))
                    .contains(name.substring("RIVULET_".length()));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("services")
  void theTrainerAloneRequestsTheRun(Service service) {
    List<String> configMaps =
        service.container().getEnvFrom().stream()
            .map(source -> source.getConfigMapRef().getName())
            .toList();
    if (service.name().equals("trainer")) {
      assertThat(configMaps).containsExactly("rivulet-run");
      List<String> names =
          Manifests.of(service.overlay())
              .get("ConfigMap", "rivulet-run")
              .get("data")
              .properties()
              .stream()
              .map(Map.Entry::getKey)
              .toList();
      assertThat(names)
          .contains("RIVULET_RUN_AUTOSTART", "RIVULET_RUN_DEVICE")
          .allSatisfy(
              name -> {
                assertThat(name).startsWith("RIVULET_RUN_");
                assertThat(RUN_SETTINGS).contains(name.substring("RIVULET_RUN_".length()));
              });
    } else {
      assertThat(configMaps).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void runsWithoutAnyPrivilege(Service service) {
    PodSpec pod = service.pod();
    assertThat(pod.getContainers()).hasSize(1);
    assertThat(pod.getInitContainers()).isEmpty();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(USER);
    assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(USER);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");

    SecurityContext context = service.container().getSecurityContext();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getPrivileged()).isNull();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(context.getCapabilities().getAdd()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("services")
  void hasTimeToEndAndBoundedMemory(Service service) {
    String shutdown = service.properties().getProperty("quarkus.shutdown.timeout", "15s");
    long shutdownSeconds = Long.parseLong(shutdown.replaceFirst("s$", ""));
    assertThat(service.pod().getTerminationGracePeriodSeconds())
        .isGreaterThanOrEqualTo(2 * shutdownSeconds);

    Map<String, Quantity> requests = service.container().getResources().getRequests();
    Map<String, Quantity> limits = service.container().getResources().getLimits();
    for (String resource : List.of("cpu", "memory")) {
      assertThat(requests.get(resource).getNumericalAmount())
          .isPositive()
          .isLessThanOrEqualTo(limits.get(resource).getNumericalAmount());
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void usesTheImageOfThisVersion(Service service) {
    boolean gpu = service.overlay().equals("gpu") && service.name().equals("trainer");
    assertThat(service.container().getImage())
        .isEqualTo("rivulet/%s:0.1.0%s".formatted(service.name(), gpu ? "-gpu" : ""));
    assertThat(ProjectFiles.text("pom.xml"))
        .contains("<artifactId>rivulet</artifactId>\n  <version>0.1.0</version>");
    assertThat(service.container().getResources().getLimits().containsKey("nvidia.com/gpu"))
        .isEqualTo(gpu);
    assertThat(service.pod().getTolerations().stream().map(t -> t.getKey()).toList())
        .isEqualTo(gpu ? List.of("nvidia.com/gpu") : List.of());
  }
}
