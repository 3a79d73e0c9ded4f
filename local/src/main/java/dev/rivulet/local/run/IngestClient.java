package dev.rivulet.local.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the ingest service, by its metrics, how far it is with loading a data set. */
public final class IngestClient {
  private static final Duration TIMEOUT = Duration.ofMillis(800);
  private static final int OK = 200;
  private static final Pattern DONE = gauge("rivulet_dataset_load_done");
  private static final Pattern EXPECTED = gauge("rivulet_dataset_load_expected");

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI metrics;

  /**
   * How far loading has come, in bytes of a download or images of a folder.
   *
   * @param total -1 if unknown
   */
  public record DatasetLoad(long done, long total) {}

  /**
   * @param url of the service, without a slash at the end
   */
  public IngestClient(String url) {
    this.metrics = URI.create(url + "/q/metrics");
  }

  /** The load under way; nothing before it has begun, or while ingest starts. */
  public Optional<DatasetLoad> load() throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == OK ? parse(response.body()) : Optional.empty();
    } catch (IOException e) {
      // progress is a courtesy: what counts comes by events, and the log has the reason
      return Optional.empty();
    }
  }

  static Optional<DatasetLoad> parse(String metrics) {
    Matcher done = DONE.matcher(metrics);
    Matcher total = EXPECTED.matcher(metrics);
    if (!done.find() || !total.find()) {
      return Optional.empty();
    }
    DatasetLoad load =
        new DatasetLoad(
            (long) Double.parseDouble(done.group(1)), (long) Double.parseDouble(total.group(1)));
    return load.done() == 0 ? Optional.empty() : Optional.of(load);
  }

  private static Pattern gauge(String name) {
    return Pattern.compile("^" + name + "(?:\\{[^}]*})? ([-+.0-9eE]+)$", Pattern.MULTILINE);
  }
}
