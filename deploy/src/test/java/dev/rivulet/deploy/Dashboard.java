package dev.rivulet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A dashboard of {@code grafana/dashboards}, as its tests look at it. */
record Dashboard(String name, JsonNode json) {
  static final List<String> NAMES = List.of("training", "inference", "pipeline");

  static List<Dashboard> all() {
    return NAMES.stream().map(Dashboard::named).toList();
  }

  static Dashboard named(String name) {
    return new Dashboard(name, ProjectFiles.yaml("grafana/dashboards/" + name + ".json"));
  }

  /** All panels but rows from top to bottom; those of collapsed rows as well. */
  List<Panel> panels() {
    List<Panel> panels = new ArrayList<>();
    for (JsonNode panel : json.get("panels")) {
      if (panel.get("type").asText().equals("row")) {
        panel.get("panels").forEach(inner -> panels.add(new Panel(name, inner)));
      } else {
        panels.add(new Panel(name, panel));
      }
    }
    panels.sort(Comparator.comparingInt(Panel::y).thenComparingInt(Panel::x));
    return panels;
  }

  List<JsonNode> annotations() {
    return elements(json.at("/annotations/list"));
  }

  List<JsonNode> variables() {
    return elements(json.at("/templating/list"));
  }

  /** Every PromQL expression, those of annotations as well. */
  List<String> expressions() {
    return Stream.concat(
            panels().stream().flatMap(panel -> panel.targets().stream()), annotations().stream())
        .map(query -> query.get("expr").asText())
        .toList();
  }

  static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /** A panel that shows something, of the dashboard of that name. */
  record Panel(String dashboard, JsonNode json) {
    String type() {
      return json.get("type").asText();
    }

    int x() {
      return json.at("/gridPos/x").asInt();
    }

    int y() {
      return json.at("/gridPos/y").asInt();
    }

    List<JsonNode> targets() {
      return elements(json.get("targets"));
    }

    /** The fixed colour of a series of this name, empty if Grafana chooses one. */
    String colour(String series) {
      String colour = json.at("/fieldConfig/defaults/color/fixedColor").asText();
      for (JsonNode override : json.at("/fieldConfig/overrides")) {
        if (matches(override.get("matcher"), series)) {
          for (JsonNode property : override.get("properties")) {
            if (property.get("id").asText().equals("color")) {
              colour = property.at("/value/fixedColor").asText();
            }
          }
        }
      }
      return colour;
    }

    private static boolean matches(JsonNode matcher, String series) {
      String wanted = matcher.get("options").asText();
      return switch (matcher.get("id").asText()) {
        case "byName" -> wanted.equals(series);
        // Grafana writes a pattern between slashes
        case "byRegexp" ->
            Pattern.compile(wanted.substring(1, wanted.length() - 1)).matcher(series).find();
        default -> throw new AssertionError("no test knows the matcher " + matcher);
      };
    }

    @Override
    public String toString() {
      return dashboard + ": " + json.path("title").asText();
    }
  }
}
