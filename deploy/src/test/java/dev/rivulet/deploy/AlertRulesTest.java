package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The alert rules: Prometheus takes them, each is tested firing and not firing, each explains
 * itself.
 */
class AlertRulesTest {
  private static final String FOLDER = "deploy/prometheus/";
  private static final String RULES = FOLDER + "rules/rivulet.yml";

  @Test
  void prometheusTakesTheRules() throws Exception {
    Promtool.check("check", "rules", RULES);
  }

  @Test
  void everyRuleFiresWhenItsTestSaysSo() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("test", "rules"));
    arguments.addAll(testFiles());
    Promtool.check(arguments.toArray(String[]::new));
  }

  @Test
  void everyAlertIsTestedFiringAndNotFiring() throws IOException {
    Set<String> firing = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (String file : testFiles()) {
      for (JsonNode test : ProjectFiles.yaml(file).path("tests")) {
        for (JsonNode expectation : test.path("alert_rule_test")) {
          Set<String> which = expectation.path("exp_alerts").isEmpty() ? silent : firing;
          which.add(expectation.path("alertname").asText());
        }
      }
    }
    Set<String> names = new TreeSet<>();
    alerts().forEach(alert -> names.add(alert.path("alert").asText()));
    assertThat(names).isNotEmpty().isEqualTo(firing).isEqualTo(silent);
  }

  @Test
  void kubernetesHasTheSameRules() {
    JsonNode object = Manifests.of("cpu").get("PrometheusRule", "rivulet");

    assertThat(object.at("/spec/groups")).isEqualTo(ProjectFiles.yaml(RULES).path("groups"));
  }

  @Test
  void everyAlertSaysHowBadItIsWhatItMeansAndWhatToDo() {
    Set<String> names = new HashSet<>();
    for (JsonNode alert : alerts()) {
      String name = alert.path("alert").asText();
      assertThat(names.add(name)).as("%s is there once", name).isTrue();
      assertThat(name).startsWith("Rivulet");
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
      // what it means, and what to do
      assertThat(alert.at("/annotations/description").asText().split("[.;] "))
          .as(name)
          .hasSizeGreaterThan(1);
    }
  }

  private static List<JsonNode> alerts() {
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode group : ProjectFiles.yaml(RULES).path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          alerts.add(rule);
        }
      }
    }
    return alerts;
  }

  private static List<String> testFiles() throws IOException {
    try (var files = Files.list(ProjectFiles.path(FOLDER + "tests"))) {
      return files.map(file -> FOLDER + "tests/" + file.getFileName()).sorted().toList();
    }
  }
}
