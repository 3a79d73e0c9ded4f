package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Dashboard.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What somebody sees on the dashboards: layout, words, units, colours, and that Grafana finds them.
 */
class DashboardsTest {
  private static final Set<String> CORE_PANELS =
      Set.of("stat", "bargauge", "timeseries", "barchart", "xychart", "heatmap", "table");

  @Test
  void linkToEachOtherAndKeepTimeAndRun() {
    for (Dashboard dashboard : Dashboard.all()) {
      assertThat(dashboard.json().get("uid").asText()).isEqualTo("rivulet-" + dashboard.name());
      Set<String> linked = new TreeSet<>();
      for (JsonNode link : dashboard.json().get("links")) {
        assertThat(link.get("keepTime").asBoolean()).isTrue();
        assertThat(link.get("includeVars").asBoolean()).isTrue();
        linked.add(link.get("url").asText());
      }
      Set<String> others = new TreeSet<>();
      Dashboard.NAMES.forEach(name -> others.add("/d/rivulet-" + name));
      others.remove("/d/rivulet-" + dashboard.name());
      assertThat(linked).isEqualTo(others);
    }
  }

  @Test
  void everyPanelSaysWhatItShowsInWhichUnitAndWhatItMeansWhenEmpty() {
    for (Panel panel : panels()) {
      JsonNode defaults = panel.json().at("/fieldConfig/defaults");
      assertThat(panel.json().path("title").asText()).as("title").isNotBlank();
      assertThat(defaults.path("unit").asText()).as("unit of %s", panel).isNotBlank();
      assertThat(defaults.path("noValue").asText()).as("empty %s", panel).isNotBlank();
      assertThat(panel.json().path("description").asText())
          .as("description of %s", panel)
          .matches("[^\\n]{20,160}\\.");
    }
  }

  @Test
  void panelsAreOfGrafanaItselfAndOfAVersionItNeedNotMigrate() {
    for (Panel panel : panels()) {
      assertThat(CORE_PANELS).as("type of %s", panel).contains(panel.type());
      // without a version Grafana takes an XY chart's options for those of an old release
      assertThat(panel.json().path("pluginVersion").asText()).as("%s", panel).startsWith("12.");
    }
  }

  @Test
  void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
    for (Dashboard dashboard : Dashboard.all()) {
      Map<Integer, JsonNode> ids = new HashMap<>();
      checkLayout(dashboard.json().get("panels"), ids);
    }
  }

  private static void checkLayout(JsonNode panels, Map<Integer, JsonNode> ids) {
    Map<String, JsonNode> cells = new HashMap<>();
    for (JsonNode panel : panels) {
      assertThat(ids.put(panel.get("id").asInt(), panel)).as("id of %s", panel).isNull();
      JsonNode at = panel.get("gridPos");
      int right = at.get("x").asInt() + at.get("w").asInt();
      assertThat(right).as("right edge of %s", panel).isLessThanOrEqualTo(24);
      for (int x = at.get("x").asInt(); x < right; x++) {
        for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
          assertThat(cells.put(x + "," + y, panel)).as("at %d,%d", x, y).isNull();
        }
      }
      // panels of a collapsed row lie where the rows below it are until it opens
      checkLayout(panel.path("panels"), ids);
    }
  }

  @Test
  void trainingOpensWithTiming() {
    List<String> graphs =
        Dashboard.named("training").panels().stream()
            .filter(panel -> !Set.of("stat", "bargauge").contains(panel.type()))
            .map(panel -> panel.targets().get(0).get("expr").asText())
            .toList();
    List<String> timing =
        List.of(
            "rivulet_epoch_seconds",
            "rivulet_run_seconds",
            "rivulet_epoch_phase_seconds",
            "rivulet_phase_seconds_total",
            "rivulet_images_per_second",
            "rivulet_data_wait_share");
    for (int i = 0; i < timing.size(); i++) {
      assertThat(graphs.get(i)).contains(timing.get(i));
    }
  }

  @Test
  void trainAndValidationHaveTheSameColoursEverywhere() {
    assertThat(coloursOf("train · run", "split")).hasSize(1);
    assertThat(coloursOf("validation · run", "split")).hasSize(1);
    assertThat(coloursOf("validation", "phase")).isEqualTo(coloursOf("validation", "split"));
    assertThat(coloursOfValidationAlone()).isEqualTo(coloursOf("validation", "split"));
    assertThat(coloursOf("training", "phase")).isEqualTo(coloursOf("train", "split"));
    Set<String> all = new TreeSet<>();
    List.of("data-wait", "training", "validation", "checkpoint")
        .forEach(phase -> all.addAll(coloursOf(phase, "phase")));
    assertThat(all).as("a colour of its own for each phase").hasSize(4).doesNotContain("");
  }

  /** The colours of a series on all panels that show a series for each value of a label. */
  private static Set<String> coloursOf(String series, String label) {
    Set<String> colours = new TreeSet<>();
    for (Panel panel : panels()) {
      boolean perValue =
          panel.targets().stream()
              .anyMatch(t -> t.get("expr").asText().matches(".*by \\([^)]*\\b" + label + "\\b.*"));
      if (perValue) {
        assertThat(panel.colour(series)).as("%s on %s", series, panel).isNotEmpty();
        colours.add(panel.colour(series));
      }
    }
    return colours;
  }

  /** The colours of panels that show validation without train; those by epoch have one per run. */
  private static Set<String> coloursOfValidationAlone() {
    Set<String> colours = new TreeSet<>();
    for (Panel panel : panels()) {
      boolean alone =
          Set.of("stat", "timeseries").contains(panel.type())
              && panel.targets().stream()
                  .map(target -> target.get("expr").asText())
                  .anyMatch(e -> e.matches(".*(split=\"validation\"|validation_accuracy).*"));
      if (alone) {
        colours.add(panel.colour("validation · run"));
      }
    }
    return colours;
  }

  @Test
  void grafanaFindsTheDashboardsAndTheirDataSource() throws IOException {
    JsonNode source =
        ProjectFiles.yaml("grafana/provisioning/datasources/prometheus.yml").at("/datasources/0");
    assertThat(source.get("type").asText()).isEqualTo("prometheus");
    assertThat(source.get("url").asText()).isEqualTo("http://prometheus:9090");
    assertThat(source.get("isDefault").asBoolean()).isTrue();
    for (Dashboard dashboard : Dashboard.all()) {
      for (JsonNode ref : dashboard.json().findValues("datasource")) {
        assertThat(ref.get("uid")).isEqualTo(source.get("uid"));
        assertThat(ref.get("type")).isEqualTo(source.get("type"));
      }
      List<JsonNode> queries = new ArrayList<>(dashboard.annotations());
      queries.addAll(dashboard.variables());
      dashboard.panels().forEach(panel -> queries.addAll(panel.targets()));
      assertThat(queries).allMatch(query -> query.has("datasource"));
    }

    JsonNode folder = ProjectFiles.yaml("grafana/provisioning/dashboards/rivulet.yml");
    Path mounted = Path.of(folder.at("/providers/0/options/path").asText());
    assertThat(mounted).isEqualTo(Path.of("/var/lib/grafana/dashboards"));
    try (Stream<Path> files = Files.list(ProjectFiles.path("grafana/dashboards"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("training.json", "inference.json", "pipeline.json");
    }
  }

  private static List<Panel> panels() {
    return Dashboard.all().stream().flatMap(dashboard -> dashboard.panels().stream()).toList();
  }
}
