package dev.rivulet.local.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Asks an inference service which model it serves. */
public final class InferenceClient {
  private static final Duration TIMEOUT = Duration.ofMillis(800);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String url;

  /**
   * @param url of the service, without a slash at the end
   */
  public InferenceClient(String url) {
    this.url = url;
  }

  /** The model that serves. */
  public record Model(
      @JsonProperty(required = true) String run,
      @JsonProperty(required = true) int epoch,
      @JsonProperty(required = true) Selection selection) {

    /** As {@code pin} takes it. */
    public String name() {
      return run + "@" + epoch;
    }
  }

  /**
   * What is selected there.
   *
   * @param served whether the model that serves is the selected one
   * @param problem why it is not
   */
  public record Selection(
      @JsonProperty(required = true) Instant selectedAt,
      @JsonProperty(required = true) boolean served,
      Optional<String> problem) {

    public Selection {
      problem = problem == null ? Optional.empty() : problem;
    }
  }

  /**
   * A checkpoint as the service sees it.
   *
   * @param refused why it does not serve it, if it has tried
   */
  public record Checkpoint(
      @JsonProperty(required = true) String run,
      @JsonProperty(required = true) int epoch,
      @JsonProperty(required = true) boolean serves,
      Optional<String> refused) {

    public Checkpoint {
      refused = refused == null ? Optional.empty() : refused;
    }
  }

  public String url() {
    return url;
  }

  /** The model that serves; nothing while there is none, or nobody answers. */
  public Optional<Model> model() throws InterruptedException {
    return get("/model", Model.class);
  }

  /** The checkpoint; nothing while the service does not know of it. */
  public Optional<Checkpoint> checkpoint(String run, int epoch) throws InterruptedException {
    return get("/models", Checkpoint[].class)
        .flatMap(
            all ->
                Arrays.stream(all)
                    .filter(one -> one.run().equals(run) && one.epoch() == epoch)
                    .findFirst());
  }

  private <T> Optional<T> get(String path, Class<T> type) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == OK
          ? Optional.of(EventJson.read(response.body(), type))
          : Optional.empty();
    } catch (IOException | EventFormatException e) {
      // it is starting, or ending; who asks says how long that may take
      return Optional.empty();
    }
  }
}
