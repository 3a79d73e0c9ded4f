package dev.rivulet.rest;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/** Turns away who wants to change something and does not have the key. */
@Provider
@Protected
@Singleton
@Priority(Priorities.AUTHENTICATION)
public class ApiKeyFilter implements ContainerRequestFilter {
  private static final String SCHEME = "Bearer";

  // filters are made while the application is built, when there is no configuration yet
  private final Instance<AccessRule> rule;

  ApiKeyFilter(Instance<AccessRule> rule) {
    this.rule = rule;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Optional<ApiKey> key = rule.get().key();
    if (key.isEmpty()) {
      return;
    }
    Optional<String> sent = sent(request.getHeaderString(HttpHeaders.AUTHORIZATION));
    if (sent.isEmpty()) {
      request.abortWith(
          Problem.unauthorized(SCHEME, "send the API key: Authorization: Bearer KEY").toResponse());
    } else if (!key.get().is(sent.get())) {
      request.abortWith(
          Problem.unauthorized(
                  SCHEME + " error=\"invalid_token\"",
                  "that is not the API key of this service (rivulet.api-key)")
              .toResponse());
    }
  }

  private static Optional<String> sent(String authorization) {
    String start = SCHEME + " ";
    return Optional.ofNullable(authorization)
        .filter(header -> header.regionMatches(true, 0, start, 0, start.length()))
        .map(header -> header.substring(start.length()).strip());
  }
}
