package dev.rivulet.inference.classify;

import dev.rivulet.inference.Problem;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Turns away bodies that say that they are too large, before a byte of them is read. */
@Singleton
class BodyLimit {
  // before the limit of the server itself, which says nothing but 413
  private static final int FIRST = 10_000;
  private static final int TOO_LARGE = 413;

  private final long maxBytes;

  BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
    maxBytes = limit.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
  }

  private void check(RoutingContext request) {
    String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || !tooLarge(length)) {
      request.next();
      return;
    }
    Problem problem =
        new Problem(
            "Request Entity Too Large",
            TOO_LARGE,
            "the body has %s bytes; send at most 16 MiB, large images one by one"
                .formatted(length));
    request
        .response()
        .setStatusCode(TOO_LARGE)
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
}
