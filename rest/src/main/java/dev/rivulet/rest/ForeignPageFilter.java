package dev.rivulet.rest;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse.Status;

/**
 * Turns away web pages from elsewhere that change something through their visitor's browser.
 *
 * <p>A service without a key trusts whoever reaches it, for instance this machine; but a browser on
 * it runs the scripts of any page that is visited, and sends some requests for them without asking.
 * With a key there is nothing to do: no foreign page has it.
 */
@Provider
@Protected
@Singleton
@Priority(Priorities.AUTHENTICATION)
public class ForeignPageFilter implements ContainerRequestFilter {
  // filters are made while the application is built, when there is no configuration yet
  private final Instance<AccessRule> rule;

  ForeignPageFilter(Instance<AccessRule> rule) {
    this.rule = rule;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    // browsers alone send it, with whatever may change something
    Optional<String> origin = Optional.ofNullable(request.getHeaderString("Origin"));
    String own = request.getUriInfo().getBaseUri().getAuthority();
    if (rule.get().key().isEmpty() && origin.isPresent() && !PageOrigin.is(origin.get(), own)) {
      request.abortWith(
          Problem.of(
                  Status.FORBIDDEN,
                  ("a web page of %s may not change anything here: without an API key"
                          + " (rivulet.api-key) only pages of this service may, at an address that"
                          + " is localhost or a number")
                      .formatted(origin.get()))
              .toResponse());
    }
  }
}
