package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Dashboard.Panel;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the dashboards ask Prometheus, as far as that can be seen without one. */
class DashboardQueriesTest {
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)");
  private static final Pattern RATE = Pattern.compile("\\b(?:rate|increase)\\([^\\[]*\\[([^]]*)]");
  private static final Pattern SELECTOR = Pattern.compile("(rivulet_\\w+)(\\{[^}]*})?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_:][\\w:]*(?!\\w)(?!\\s*\\()");
  private static final Pattern METRIC =
      Pattern.compile("(rivulet|jvm|process|system|http_server|DCGM_FI_DEV)_\\w+|up");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "NaN");
  private static final Set<String> OF_GRAFANA =
      Set.of("__range", "__interval", "__rate_interval", "__field");

  /** Panels of Training that are about all runs. */
  private static final Set<String> ABOUT_ALL_RUNS = Set.of("Runs by status");

  @Test
  void askForMetricsOfTheServicesOrTheGpuOnly() {
    for (Dashboard dashboard : Dashboard.all()) {
      for (String expression : dashboard.expressions()) {
        assertThat(metrics(expression))
            .as(expression)
            .isNotEmpty()
            .allMatch(name -> METRIC.matcher(name).matches());
      }
    }
  }

  @Test
  void nothingIsShownThatIsSaidNotToBe() {
    Set<String> shown =
        Dashboard.all().stream()
            .flatMap(dashboard -> dashboard.expressions().stream())
            .flatMap(expression -> metrics(expression).stream())
            .collect(Collectors.toSet());
    for (Map.Entry<String, JsonNode> entry :
        ProjectFiles.yaml("grafana/not-shown.yaml").properties()) {
      assertThat(entry.getKey()).startsWith("rivulet_").isNotIn(shown);
      assertThat(entry.getValue().asText()).as("reason for %s", entry.getKey()).isNotBlank();
    }
  }

  @Test
  void everyVariableIsDefined() {
    for (Dashboard dashboard : Dashboard.all()) {
      Set<String> defined = new TreeSet<>(OF_GRAFANA);
      dashboard.variables().forEach(variable -> defined.add(variable.get("name").asText()));
      Set<String> used = new TreeSet<>();
      Matcher variables = VARIABLE.matcher(dashboard.json().toString());
      while (variables.find()) {
        used.add(variables.group(1));
      }
      used.remove("__all"); // the value of the choice All
      assertThat(defined).as(dashboard.name()).containsAll(used);
      assertThat(used).as(dashboard.name()).contains("run");
    }
  }

  @Test
  void everyQueryOfTrainingIsAboutTheChosenRuns() {
    for (Panel panel : Dashboard.named("training").panels()) {
      if (!ABOUT_ALL_RUNS.contains(panel.json().get("title").asText())) {
        assertThat(panel.targets())
            .as("%s", panel)
            .allMatch(target -> target.get("expr").asText().contains("run=~\"$run\""))
            .allMatch(target -> unchosen(target.get("expr").asText()).isEmpty());
      }
    }
  }

  @Test
  void ratesHaveAnIntervalThatHoldsEnoughScrapes() {
    int rates = 0;
    for (Dashboard dashboard : Dashboard.all()) {
      for (String expression : dashboard.expressions()) {
        Matcher rate = RATE.matcher(expression);
        while (rate.find()) {
          assertThat(rate.group(1)).as(expression).isEqualTo("$__rate_interval");
          rates++;
        }
      }
    }
    assertThat(rates).isPositive();
  }

  @Test
  void graphsOverTimeAskForRangesAndAllOthersForTheirEnd() {
    for (Dashboard dashboard : Dashboard.all()) {
      for (Panel panel : dashboard.panels()) {
        for (JsonNode target : panel.targets()) {
          boolean range = target.get("range").asBoolean();
          assertThat(target.get("instant").asBoolean()).as("%s", panel).isNotEqualTo(range);
          switch (panel.type()) {
            case "timeseries", "heatmap" -> assertThat(range).as("%s", panel).isTrue();
            case "xychart", "barchart", "table" -> {
              assertThat(range).as("%s", panel).isFalse();
              assertThat(target.get("format").asText()).as("%s", panel).isEqualTo("table");
            }
            default -> {}
          }
        }
      }
    }
  }

  /** Metrics of a run that are asked for without the choice of runs. */
  private static Set<String> unchosen(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      boolean ofTheProcess = selector.group(1).matches("rivulet_runs|rivulet_\\w+_total");
      if (!ofTheProcess && !String.valueOf(selector.group(2)).contains("run=~\"$run\"")) {
        names.add(selector.group(1));
      }
    }
    return names;
  }

  /** The names in an expression that are neither words of PromQL, nor labels, nor variables. */
  private static Set<String> metrics(String expression) {
    String bare =
        STRING
            .matcher(expression)
            .replaceAll("")
            .replaceAll("\\{[^}]*}|\\[[^]]*]", " ")
            .replaceAll("\\b(by|on|without|ignoring|group_left|group_right) \\([^)]*\\)", " ")
            .replaceAll("\\$\\w+", " ");
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(bare);
    while (name.find()) {
      if (!WORDS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }
}
