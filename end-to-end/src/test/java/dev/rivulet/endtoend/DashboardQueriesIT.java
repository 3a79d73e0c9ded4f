package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every expression of every dashboard and rule, asked of a real Prometheus that watches a real run.
 */
@Timeout(420)
class DashboardQueriesIT {
  private static final Path HOME = Path.of(System.getProperty("rivulet.home"));

  /**
   * Metrics that cannot be seen here; a query that names one may have no data, any other may not.
   */
  private static final Map<String, String> NOT_HERE =
      Map.of(
          "DCGM_FI_DEV_GPU_UTIL", "from a GPU",
          "DCGM_FI_DEV_FB_USED", "from a GPU",
          "DCGM_FI_DEV_FB_FREE", "from a GPU");

  /** What a query looks for only after trouble. */
  private static final Map<String, String> AFTER_TROUBLE =
      Map.of("outcome=\"refused\"", "no checkpoint was refused");

  @TempDir Path folder;

  private final List<String> failures = new ArrayList<>();

  @Test
  void everyQueryOfDashboardsAndRulesHasData() throws Exception {
    PrometheusProcess.requireInstalled();
    try (WatchedPipeline pipeline = WatchedPipeline.start(folder)) {
      Instant begin = Instant.now();
      pipeline.trainAndClassify();

      Instant end = Instant.now();
      // whole seconds, and a little more than all of it
      Duration shown = Duration.ofSeconds(Duration.between(begin, end).toSeconds() + 1);
      List<DashboardQuery> dashboards =
          Dashboards.queries(HOME.resolve("grafana/dashboards"), shown);
      List<DashboardQuery> records = new ArrayList<>();
      List<DashboardQuery> alerts = new ArrayList<>();
      readRules(pipeline.prometheus().ask("rules"), records, alerts);
      assertThat(dashboards).isNotEmpty();
      assertThat(alerts).isNotEmpty();

      System.out.printf("%-22s %-36s %9s  %s%n", "dashboard", "panel", "series", "query");
      for (List<DashboardQuery> queries : List.of(dashboards, records)) {
        for (DashboardQuery query : queries) {
          requireData(pipeline.prometheus(), query, begin, end);
        }
      }
      for (DashboardQuery alert : alerts) {
        print(alert, pipeline.prometheus().seriesAt(alert.expression(), end) + " alerts");
      }
      assertNothingAlerts(pipeline);
      compareMetrics(pipeline, dashboards, records, alerts);
    }
    assertThat(failures).isEmpty();
  }

  /**
   * An instant query may be about what is under way, so any moment counts if the last has no data.
   */
  private void requireData(
      PrometheusProcess prometheus, DashboardQuery query, Instant begin, Instant end)
      throws Exception {
    long series = query.range() ? 0 : prometheus.seriesAt(query.expression(), end);
    String when = "";
    if (series == 0) {
      series = prometheus.seriesBetween(query.expression(), begin, end);
      when = query.range() || series == 0 ? "" : " earlier";
    }
    boolean excused =
        PromQl.metricNames(query.expression()).stream().anyMatch(NOT_HERE::containsKey)
            || AFTER_TROUBLE.keySet().stream().anyMatch(query.expression()::contains);
    print(query, series + when + (excused ? " excused" : ""));
    if (series == 0 && !excused) {
      failures.add("no data: " + query);
    }
    if (series > 0 && excused) {
      failures.add("has data and needs no excuse: " + query);
    }
  }

  private static void print(DashboardQuery query, String series) {
    System.out.printf(
        "%-22s %-36s %9s  %s%n",
        query.source(), query.place(), series, query.expression().strip().replaceAll("\\s+", " "));
  }

  private static void readRules(
      JsonNode answer, List<DashboardQuery> records, List<DashboardQuery> alerts) {
    for (JsonNode group : answer.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        boolean alert = rule.path("type").asText().equals("alerting");
        DashboardQuery query =
            new DashboardQuery(
                group.path("name").asText(),
                rule.path("name").asText(),
                rule.path("query").asText(),
                !alert);
        (alert ? alerts : records).add(query);
      }
    }
  }

  /** While services start, alerts may be pending; all is well in the end. */
  private static void assertNothingAlerts(WatchedPipeline pipeline) throws Exception {
    pipeline.await(
        "rules evaluated, and no alert",
        () -> {
          JsonNode answer = pipeline.prometheus().ask("rules");
          Set<String> states = new HashSet<>();
          for (JsonNode group : answer.path("groups")) {
            for (JsonNode rule : group.path("rules")) {
              assertThat(rule.path("lastError").asText()).as(rule.toString()).isEmpty();
              states.add(rule.path("health").asText() + " " + rule.path("state").asText());
            }
          }
          // a recording rule has no state
          return Set.of("ok ", "ok inactive").containsAll(states);
        });
  }

  /** What is shown exists, and what exists is shown, or left out for a reason. */
  private void compareMetrics(
      WatchedPipeline pipeline,
      List<DashboardQuery> dashboards,
      List<DashboardQuery> records,
      List<DashboardQuery> alerts)
      throws Exception {
    Set<String> exported = new TreeSet<>();
    for (String page : pipeline.metricsPages()) {
      exported.addAll(MetricNames.samples(page));
    }
    Set<String> known = new TreeSet<>(exported);
    pipeline.prometheus().ask("label/__name__/values").forEach(name -> known.add(name.asText()));
    known.addAll(NOT_HERE.keySet());

    Set<String> shown = names(dashboards);
    Set<String> used = new TreeSet<>(shown);
    used.addAll(names(records));
    used.addAll(names(alerts));
    assertThat(known).as("metrics that queries name").containsAll(used);

    Map<?, ?> notShown =
        new YAMLMapper().readValue(HOME.resolve("grafana/not-shown.yaml").toFile(), Map.class);
    Set<String> accounted = MetricNames.ours(shown);
    notShown.forEach(
        (name, reason) -> {
          assertThat(reason.toString()).as("why %s is not shown", name).isNotBlank();
          assertThat(accounted.add(name.toString())).as("%s is not shown", name).isTrue();
        });
    assertThat(accounted)
        .as("what dashboards or grafana/not-shown.yaml name, and what the services export")
        .isEqualTo(MetricNames.ours(exported));
  }

  private static Set<String> names(List<DashboardQuery> queries) {
    Set<String> names = new TreeSet<>();
    queries.forEach(query -> names.addAll(PromQl.metricNames(query.expression())));
    return names;
  }
}
