package dev.rivulet.inference;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down until Kafka has answered, and says why it has not. */
@Readiness
@Singleton
class StartReadiness implements HealthCheck {
  private final InferenceService service;

  StartReadiness(InferenceService service) {
    this.service = service;
  }

  @Override
  public HealthCheckResponse call() {
    return service
        .notStarted()
        .map(why -> HealthCheckResponse.named("start").down().withData("reason", why).build())
        .orElseGet(() -> HealthCheckResponse.up("start"));
  }
}
