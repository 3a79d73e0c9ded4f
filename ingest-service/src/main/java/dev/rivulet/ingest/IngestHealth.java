package dev.rivulet.ingest;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness: whether ingest publishes, and if not, why. */
@Readiness
@ApplicationScoped
public class IngestHealth implements HealthCheck {
  private final IngestService ingest;

  IngestHealth(IngestService ingest) {
    this.ingest = ingest;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("ingest");
    ingest.notReady().ifPresent(why -> response.withData("reason", why));
    return response.status(ingest.notReady().isEmpty()).build();
  }
}
