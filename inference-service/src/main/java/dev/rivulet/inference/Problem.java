package dev.rivulet.inference;

import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;

/**
 * What went wrong with a request and what to do, as RFC 9457 writes it.
 *
 * @param title the status in words
 * @param detail this case, and what to do about it
 */
public record Problem(String title, int status, String detail) {
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final int RETRY_SECONDS = 1;
  private static final int MODEL_RETRY_SECONDS = 10;

  public static RestResponse<Problem> of(Status status, String detail) {
    return builder(status, detail).build();
  }

  public static RestResponse<Problem> noModel() {
    return builder(
            Status.SERVICE_UNAVAILABLE,
            "there is no checkpoint yet; train a model, or try again after the first epoch")
        .header(HttpHeaders.RETRY_AFTER, MODEL_RETRY_SECONDS)
        .build();
  }

  /** For a moment there is no room, or this replica is stopping. */
  public static RestResponse<Problem> unavailable(String detail) {
    return builder(Status.SERVICE_UNAVAILABLE, detail)
        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
        .build();
  }

  private static RestResponse.ResponseBuilder<Problem> builder(Status status, String detail) {
    return RestResponse.ResponseBuilder.create(
            status, new Problem(status.getReasonPhrase(), status.getStatusCode(), detail))
        .header(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE);
  }
}
