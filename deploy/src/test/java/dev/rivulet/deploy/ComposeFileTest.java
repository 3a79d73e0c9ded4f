package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.trainer.TrainerSettings;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compose files, held against the services that they start. */
class ComposeFileTest {
  private static final String FILE = "docker-compose.yml";
  private static final List<String> OVERLAYS =
      List.of("deploy/docker-compose.gpu.yml", "deploy/docker-compose.gpu-inference.yml");
  private static final Set<String> LASTING =
      Set.of("kafka", "ingest", "trainer", "inference", "prometheus", "grafana");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::-([^}]*))?}");
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^#?(RIVULET_[A-Z_]+)=(.*)$");
  private static final Pattern PUBLISHED =
      Pattern.compile("127\\.0\\.0\\.1:\\$\\{RIVULET_[A-Z_]+:-(\\d+)}:(\\d+)");

  /** Variables whose value in the example is deliberately not the default. */
  private static final Map<String, String> NOT_THE_DEFAULT =
      Map.of("RIVULET_GRAFANA_NO_ADMIN", "false");

  private final JsonNode services = ProjectFiles.yaml(FILE).path("services");

  @Test
  void startsThePipelineAndOnAskingTheCommandLine() {
    Set<String> names = new TreeSet<>();
    services.fieldNames().forEachRemaining(names::add);
    Set<String> all = new TreeSet<>(LASTING);
    all.add("rivulet");
    assertThat(names).isEqualTo(all);
    assertThat(services.at("/rivulet/profiles/0").asText()).isEqualTo("cli");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "trainer", "inference"})
  void publishesThePortThatTheServiceListensOn(String service) {
    String port = ServiceProperties.of(service).httpPort();
    Matcher published = PUBLISHED.matcher(services.at("/" + service + "/ports/0").asText());
    assertThat(published.matches()).isTrue();
    assertThat(published.group(2)).isEqualTo(port);
    assertThat(published.group(1)).isEqualTo(port);
    String stage = DockerStages.read().stage(service);
    assertThat(stage).contains("EXPOSE " + port + "\n");
    assertThat(stage).contains("http://127.0.0.1:" + port + "/q/health/live");
  }

  @Test
  void publishesNothingBeyondThisMachine() {
    for (JsonNode service : services) {
      for (JsonNode port : service.path("ports")) {
        assertThat(port.asText()).matches(PUBLISHED);
      }
    }
  }

  @Test
  void limitsHardensAndWatchesWhateverLasts() {
    for (String name : LASTING) {
      JsonNode service = merged(name);
      assertThat(service.path("restart").asText()).as(name).isEqualTo("unless-stopped");
      assertThat(service.path("mem_limit").asText()).as(name).isNotBlank();
      assertThat(service.path("pids_limit").asInt()).as(name).isPositive();
      assertThat(service.at("/cap_drop/0").asText()).as(name).isEqualTo("ALL");
      assertThat(service.at("/security_opt/0").asText()).as(name).contains("no-new-privileges");
      assertThat(service.has("healthcheck") || ownHealthCheck(name)).as(name).isTrue();
      // the broker's image writes its configuration into itself
      assertThat(service.path("read_only").asBoolean()).as(name).isEqualTo(!name.equals("kafka"));
    }
  }

  @Test
  void runsTheBrokerThatTheClientsAreMadeFor() {
    assertThat(services.at("/kafka/image").asText())
        .isEqualTo("apache/kafka:" + ProjectFiles.pomProperty("kafka.version"));
  }

  @Test
  void tagsItsOwnImagesWithTheProjectsVersion() {
    for (String name : List.of("ingest", "trainer", "inference", "rivulet")) {
      assertThat(services.at("/" + name + "/image").asText())
          .isEqualTo("rivulet/" + name + ":" + ProjectFiles.version());
      assertThat(services.at("/" + name + "/build/target").asText()).isEqualTo(name);
    }
  }

  @Test
  void requestsARunByEverySettingThatTheTrainerKnows() {
    Set<String> known =
        Arrays.stream(TrainerSettings.Run.class.getDeclaredMethods())
            .map(Method::getName)
            .map(name -> "RIVULET_RUN_" + name.toUpperCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> set = new TreeSet<>();
    services
        .at("/trainer/environment")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith("RIVULET_RUN_")) {
                set.add(name);
              }
            });
    assertThat(set).isEqualTo(known);
  }

  @Test
  void hasTheDefaultsOfAPlan() {
    TrainingPlan plan = TrainingPlan.defaults();
    Map<String, String> defaults = variables(FILE);
    assertThat(defaults)
        .containsEntry("RIVULET_DATASET", plan.dataset())
        .containsEntry("RIVULET_EPOCHS", String.valueOf(plan.epochs()))
        .containsEntry("RIVULET_BATCH", String.valueOf(plan.batchSize()))
        .containsEntry("RIVULET_AUGMENT", String.valueOf(plan.augment()))
        .containsEntry("RIVULET_WIDTH", String.valueOf(plan.width()))
        .containsEntry("RIVULET_RECIPE", plan.recipe())
        .containsEntry("RIVULET_SEED", String.valueOf(plan.seed()))
        .containsEntry("RIVULET_LIMIT", String.valueOf(plan.imagesPerEpoch()))
        .containsEntry("RIVULET_DEVICE", plan.device())
        .containsEntry("RIVULET_PRECISION", plan.precision())
        .containsEntry(
            "RIVULET_DEPTHS",
            plan.depths().stream().map(String::valueOf).collect(Collectors.joining(",")))
        .containsEntry("RIVULET_SET", "");
  }

  @Test
  void explainsEveryVariableInTheExample() {
    Map<String, String> explained = new TreeMap<>();
    Matcher lines = EXAMPLE.matcher(ProjectFiles.text(".env.example"));
    while (lines.find()) {
      explained.put(lines.group(1), lines.group(2));
    }
    Map<String, String> used = new TreeMap<>(variables(FILE));
    used.keySet().removeIf(name -> !name.startsWith("RIVULET_"));
    used.putAll(NOT_THE_DEFAULT);
    assertThat(explained).isEqualTo(used);
    for (String overlay : OVERLAYS) {
      assertThat(explained.keySet()).containsAll(variables(overlay).keySet());
    }
  }

  @Test
  void mountsWhatExists() {
    for (JsonNode service : services) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":")[0];
        if (source.startsWith("./")) {
          assertThat(ProjectFiles.path(source)).exists();
        }
      }
    }
  }

  @Test
  void changesOnGpusOnlyWhatThereIs() {
    for (String overlay : OVERLAYS) {
      JsonNode changed = ProjectFiles.yaml(overlay).path("services");
      changed
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!name.equals("dcgm-exporter")) {
                  assertThat(services.has(name)).as(name).isTrue();
                  assertThat(changed.at("/" + name + "/image").asText())
                      .isEqualTo(services.at("/" + name + "/image").asText() + "-gpu");
                  assertThat(changed.at("/" + name + "/build/args/ENGINE").asText())
                      .isEqualTo("cu118");
                }
                assertThat(
                        changed
                            .at("/" + name + "/deploy/resources/reservations/devices/0/driver")
                            .asText())
                    .isEqualTo("nvidia");
              });
    }
  }

  /** A service with what it takes over by {@code <<}, which the YAML reader leaves as a name. */
  private JsonNode merged(String name) {
    JsonNode service = services.path(name);
    if (!service.has("<<")) {
      return service;
    }
    ObjectNode all = ProjectFiles.yaml(FILE).get("x-" + service.get("<<").asText()).deepCopy();
    all.setAll((ObjectNode) service);
    return all;
  }

  private static boolean ownHealthCheck(String service) {
    DockerStages stages = DockerStages.read();
    return stages.has(service) && stages.stage(service).contains("HEALTHCHECK");
  }

  /** The variables of a compose file with their defaults. */
  private static Map<String, String> variables(String file) {
    Map<String, String> found = new TreeMap<>();
    Matcher variables = VARIABLE.matcher(ProjectFiles.text(file));
    while (variables.find()) {
      String value = variables.group(2) == null ? "" : variables.group(2);
      String before = found.put(variables.group(1), value);
      assertThat(before == null || before.equals(value))
          .as("%s has two defaults in %s", variables.group(1), file)
          .isTrue();
    }
    return found;
  }
}
