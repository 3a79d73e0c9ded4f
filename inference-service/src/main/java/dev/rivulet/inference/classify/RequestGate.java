package dev.rivulet.inference.classify;

import dev.rivulet.rest.Problem;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Turns away requests by their headers, before a byte of their bodies is read. */
@Singleton
class RequestGate {
  // before the limit of the server itself, which says nothing but 413
  private static final int FIRST = 10_000;

  private final long maxBytes;

  RequestGate(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
    maxBytes = limit.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
  }

  private void check(RoutingContext exchange) {
    HttpServerRequest request = exchange.request();
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (length != null && tooLarge(length)) {
      refuse(
          exchange,
          Status.PAYLOAD_TOO_LARGE,
          "the body has %s bytes; send at most 16 MiB, large images one by one".formatted(length));
    } else if (malformed(type) || malformed(request.getHeader(HttpHeaders.ACCEPT))) {
      refuse(
          exchange,
          Status.BAD_REQUEST,
          "Content-Type or Accept is no media type; send image/jpeg, for example");
    } else {
      exchange.next();
    }
  }

  private static void refuse(RoutingContext exchange, Status status, String detail) {
    Problem problem = new Problem(status.getReasonPhrase(), status.getStatusCode(), detail);
    exchange
        .response()
        .setStatusCode(status.getStatusCode())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        // the rest of the body is not worth reading
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(JsonObject.mapFrom(problem).encode());
  }

  private boolean tooLarge(String length) {
    try {
      return Long.parseLong(length) > maxBytes;
    } catch (NumberFormatException e) {
      // the server has checked the header; a number too large for a long is left
      return true;
    }
  }

  private static boolean malformed(String mediaTypes) {
    if (mediaTypes == null) {
      return false;
    }
    try {
      for (String mediaType : mediaTypes.split(",")) {
        MediaType.valueOf(mediaType.strip());
      }
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }
}
