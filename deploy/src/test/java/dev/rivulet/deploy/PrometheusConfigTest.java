package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Prometheus scrapes is what the services listen on. */
class PrometheusConfigTest {
  private static final String CONFIG = "deploy/prometheus/prometheus.yml";
  private static final List<String> SERVICES = List.of("ingest", "trainer", "inference");

  @Test
  void prometheusTakesTheConfiguration() throws Exception {
    Promtool.check("check", "config", CONFIG);
  }

  @Test
  void scrapesEveryServiceWhereItListens() throws IOException {
    Map<String, JsonNode> jobs = jobs();
    for (String service : SERVICES) {
      Properties properties = new Properties();
      properties.load(
          new StringReader(
              ProjectFiles.text(service + "-service/src/main/resources/application.properties")));
      JsonNode job = jobs.get(service);
      assertThat(address(job))
          .isEqualTo(service + ":" + properties.getProperty("quarkus.http.port"));
      assertThat(job.path("metrics_path").asText())
          .isEqualTo(
              "/%s/%s",
              properties.getProperty("quarkus.http.non-application-root-path", "q"),
              properties.getProperty("quarkus.micrometer.export.prometheus.path", "metrics"));
    }
  }

  @Test
  void scrapesWhateverElseTheDashboardsShow() {
    assertThat(jobs().keySet())
        .containsExactlyInAnyOrder("ingest", "trainer", "inference", "prometheus", "gpu");
  }

  @Test
  void rulesNameOnlyJobsThatAreScraped() {
    Matcher matcher =
        Pattern.compile("job=~?\"([^\"]+)\"")
            .matcher(ProjectFiles.text("deploy/prometheus/rules/rivulet.yml"));
    assertThat(matcher.results().flatMap(match -> List.of(match.group(1).split("\\|")).stream()))
        .isNotEmpty()
        .isSubsetOf(jobs().keySet());
  }

  private static Map<String, JsonNode> jobs() {
    Map<String, JsonNode> jobs = new TreeMap<>();
    for (JsonNode job : ProjectFiles.yaml(CONFIG).path("scrape_configs")) {
      assertThat(jobs.put(job.path("job_name").asText(), job)).isNull();
    }
    return jobs;
  }

  /** Of the one target, or of all that have the one name. */
  private static String address(JsonNode job) {
    if (job.has("static_configs")) {
      return job.at("/static_configs/0/targets/0").asText();
    }
    JsonNode names = job.at("/dns_sd_configs/0");
    return names.at("/names/0").asText() + ":" + names.path("port").asText();
  }
}
