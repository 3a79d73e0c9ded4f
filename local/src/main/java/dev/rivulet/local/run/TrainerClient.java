package dev.rivulet.local.run;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.run.RunProgress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks the trainer service how the present epoch stands. */
public final class TrainerClient {
  private static final Duration TIMEOUT = Duration.ofMillis(800);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String url;

  /**
   * @param url of the service, without a slash at the end
   */
  public TrainerClient(String url) {
    this.url = url;
  }

  /** The progress of a run; nothing while the trainer starts, or works on something else. */
  public Optional<RunProgress> progress(String run) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("%s/runs/%s/progress".formatted(url, run)))
            .timeout(TIMEOUT)
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == OK
          ? Optional.of(EventJson.read(response.body(), RunProgress.class))
          : Optional.empty();
    } catch (IOException | EventFormatException e) {
      // progress is a courtesy: what counts comes by events, and the log has the reason
      return Optional.empty();
    }
  }
}
