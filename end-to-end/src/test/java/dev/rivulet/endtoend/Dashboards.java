package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries of all dashboards, as Grafana sends them with "All" chosen for every variable. */
final class Dashboards {
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((?:(.+),)?\\s*(\\w+)\\s*\\)");
  private static final Pattern QUERY_RESULT = Pattern.compile("query_result\\((.+)\\)");
  // not the $1 of label_replace
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(\\w*[a-zA-Z_]\\w*)|\\$\\{(\\w+)(?::\\w+)?}|\\[\\[(\\w+)]]");

  private final Duration shown;
  private final List<DashboardQuery> queries = new ArrayList<>();

  private Dashboards(Duration shown) {
    this.shown = shown;
  }

  /**
   * Reads every dashboard of the folder.
   *
   * @param shown the time that the dashboards show
   */
  static List<DashboardQuery> queries(Path folder, Duration shown) throws IOException {
    Dashboards dashboards = new Dashboards(shown);
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        dashboards.read(new ObjectMapper().readTree(file.toFile()));
      }
    }
    return dashboards.queries;
  }

  private void read(JsonNode dashboard) {
    String title = dashboard.path("title").asText();
    Map<String, String> variables = builtIn();
    for (JsonNode variable : dashboard.at("/templating/list")) {
      variables.put(variable.path("name").asText(), chosen(variable));
    }
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.path("type").asText().equals("query")) {
        add(title, "variable " + variable.path("name").asText(), variable, variables);
      }
    }
    for (JsonNode annotation : dashboard.at("/annotations/list")) {
      for (String expression : annotation.findValuesAsText("expr")) {
        String place = "annotation " + annotation.path("name").asText();
        queries.add(new DashboardQuery(title, place, fill(expression, variables), true));
      }
    }
    readPanels(title, dashboard.path("panels"), variables);
  }

  private void readPanels(String title, JsonNode panels, Map<String, String> variables) {
    for (JsonNode panel : panels) {
      for (JsonNode target : panel.path("targets")) {
        String expression = fill(target.path("expr").asText(), variables);
        String place = panel.path("title").asText();
        boolean instant = target.path("instant").asBoolean();
        boolean range = target.path("range").asBoolean(!instant);
        assertThat(expression).as("%s / %s", title, place).isNotBlank();
        queries.add(new DashboardQuery(title, place, expression, range));
      }
      // those of a row that is folded
      readPanels(title, panel.path("panels"), variables);
    }
  }

  /** A variable's own query is asked for over the time shown, as Grafana does for label values. */
  private void add(String title, String place, JsonNode variable, Map<String, String> variables) {
    JsonNode query = variable.path("query");
    String text = query.isTextual() ? query.asText() : query.path("query").asText();
    Matcher labelValues = LABEL_VALUES.matcher(text);
    Matcher queryResult = QUERY_RESULT.matcher(text);
    if (labelValues.matches()) {
      String selector = labelValues.group(1) == null ? "up" : labelValues.group(1);
      String expression = "count by (%s) (%s)".formatted(labelValues.group(2), selector);
      queries.add(new DashboardQuery(title, place, fill(expression, variables), true));
    } else if (queryResult.matches()) {
      String expression = queryResult.group(1);
      queries.add(new DashboardQuery(title, place, fill(expression, variables), false));
    } else {
      throw new AssertionError(title + ": what does " + place + " ask for? " + text);
    }
  }

  private static String chosen(JsonNode variable) {
    if (variable.path("includeAll").asBoolean()) {
      return variable.path("allValue").asText(".*");
    }
    return variable.path("type").asText().equals("query")
        ? ".*"
        : variable.at("/current/value").asText();
  }

  private Map<String, String> builtIn() {
    Map<String, String> variables = new HashMap<>();
    variables.put("__interval", STEP.toSeconds() + "s");
    variables.put("__interval_ms", String.valueOf(STEP.toMillis()));
    // Grafana takes at least four scrape intervals
    variables.put("__rate_interval", STEP.multipliedBy(4).toSeconds() + "s");
    variables.put("__range", shown.toSeconds() + "s");
    variables.put("__range_s", String.valueOf(shown.toSeconds()));
    variables.put("__range_ms", String.valueOf(shown.toMillis()));
    return variables;
  }

  private static String fill(String expression, Map<String, String> variables) {
    return VARIABLE
        .matcher(expression)
        .replaceAll(
            match -> {
              String name = null;
              for (int group = 1; name == null; group++) {
                name = match.group(group);
              }
              assertThat(variables).as(expression).containsKey(name);
              return Matcher.quoteReplacement(variables.get(name));
            });
  }
}
