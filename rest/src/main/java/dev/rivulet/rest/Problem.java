package dev.rivulet.rest;

import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
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

  public static RestResponse<Problem> of(Status status, String detail) {
    return builder(status, detail).build();
  }

  /** For the time being this service cannot do it. */
  public static RestResponse<Problem> unavailable(String detail, Duration tryAgainAfter) {
    return builder(Status.SERVICE_UNAVAILABLE, detail)
        .header(HttpHeaders.RETRY_AFTER, tryAgainAfter.toSeconds())
        .build();
  }

  /** With {@code challenge} saying how one identifies oneself here. */
  static RestResponse<Problem> unauthorized(String challenge, String detail) {
    return builder(Status.UNAUTHORIZED, detail)
        .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
        .build();
  }

  private static RestResponse.ResponseBuilder<Problem> builder(Status status, String detail) {
    return RestResponse.ResponseBuilder.create(
            status, new Problem(status.getReasonPhrase(), status.getStatusCode(), detail))
        .header(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE);
  }
}
