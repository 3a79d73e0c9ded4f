package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rivulet.local.broker.LoopbackPorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real Prometheus with the project's configuration, which scrapes processes of this machine
 * instead.
 */
final class PrometheusProcess implements AutoCloseable {
  private static final String MISSING =
      "prometheus is not on the PATH; install the Debian package prometheus: apt-get install prometheus";
  private static final String SCRAPE_INTERVAL = "2s";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String url;
  private final Path log;

  private PrometheusProcess(Process process, String url, Path log) {
    this.process = process;
    this.url = url;
    this.log = log;
  }

  /** Skips the test where Prometheus is not installed, but not in CI. */
  static void requireInstalled() {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    if (System.getenv("CI") != null) {
      assertThat(installed).as(MISSING).isTrue();
    }
    assumeTrue(installed, MISSING);
  }

  /**
   * @param folder for its data, its log and the adapted configuration
   * @param config the project's
   * @param addresses HOST:PORT by job; a job that has none here gets no target
   */
  static PrometheusProcess start(Path folder, Path config, Map<String, String> addresses)
      throws IOException {
    String own = LoopbackPorts.HOST + ":" + LoopbackPorts.anyFree();
    Path adapted = folder.resolve("prometheus.yml");
    Files.writeString(adapted, adapt(config, addresses, own));
    Path log = folder.resolve("prometheus.txt");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + adapted,
                "--storage.tsdb.path=" + folder.resolve("prometheus-data"),
                "--web.listen-address=" + own,
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new PrometheusProcess(process, "http://" + own, log);
  }

  private static String adapt(Path config, Map<String, String> addresses, String own)
      throws IOException {
    ObjectNode root = (ObjectNode) new YAMLMapper().readTree(config.toFile());
    ObjectNode global = (ObjectNode) root.path("global");
    for (String setting :
        new String[] {"scrape_interval", "scrape_timeout", "evaluation_interval"}) {
      global.put(setting, SCRAPE_INTERVAL);
    }
    ArrayNode rules = JSON.createArrayNode();
    root.path("rule_files").forEach(r -> rules.add(config.resolveSibling(r.asText()).toString()));
    root.set("rule_files", rules);
    for (JsonNode job : root.path("scrape_configs")) {
      String name = job.path("job_name").asText();
      String address = name.equals("prometheus") ? own : addresses.get(name);
      ((ObjectNode) job).remove("dns_sd_configs");
      ArrayNode targets =
          ((ObjectNode) job).putArray("static_configs").addObject().putArray("targets");
      if (address != null) {
        targets.add(address);
      }
    }
    return root.toPrettyString();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it answers queries: it listens a little before that. */
  boolean isReady() throws IOException, InterruptedException {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (ConnectException e) {
      assertThat(isAlive()).as(log()).isTrue();
      return false;
    }
  }

  /** The data that its API answers with. */
  JsonNode ask(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = get("/api/v1/" + path);
    assertThat(answer.statusCode()).as("%s:%n%s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("data");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * How many series an expression has at a time that are not only NaN.
   *
   * @throws AssertionError if Prometheus does not understand it
   */
  long seriesAt(String expression, Instant time) throws IOException, InterruptedException {
    return series("query?query=%s&time=%s".formatted(encode(expression), time));
  }

  /** The same over a time, second by second. */
  long seriesBetween(String expression, Instant from, Instant to)
      throws IOException, InterruptedException {
    return series(
        "query_range?query=%s&start=%s&end=%s&step=1".formatted(encode(expression), from, to));
  }

  private long series(String path) throws IOException, InterruptedException {
    JsonNode data = ask(path);
    if (data.path("resultType").asText().equals("scalar")) {
      return 1;
    }
    long series = 0;
    for (JsonNode one : data.path("result")) {
      if (hasNumber(one)) {
        series++;
      }
    }
    return series;
  }

  private static String encode(String expression) {
    return URLEncoder.encode(expression, StandardCharsets.UTF_8);
  }

  private static boolean hasNumber(JsonNode series) {
    if (series.has("value")) {
      return !series.at("/value/1").asText().equals("NaN");
    }
    for (JsonNode value : series.path("values")) {
      if (!value.path(1).asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
