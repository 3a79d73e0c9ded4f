package dev.rivulet.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a service says over HTTP. */
public final class Health {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  /** The status of its readiness; 0 if nobody answers. */
  public int readiness(String url) throws InterruptedException {
    return status(url + "/q/health/ready");
  }

  int status(String url) throws InterruptedException {
    try {
      return get(url).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  public HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
