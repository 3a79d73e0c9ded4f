package dev.rivulet.inference;

import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down if a part of this service has died, which a restart cures. */
@Liveness
@Singleton
class ServiceLiveness implements HealthCheck {
  private final InferenceService service;

  ServiceLiveness(InferenceService service) {
    this.service = service;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> dead = service.dead();
    return dead.isEmpty()
        ? HealthCheckResponse.up("service")
        : HealthCheckResponse.named("service")
            .down()
            .withData("reason", "died: " + String.join(", ", dead) + "; see the log and restart")
            .build();
  }
}
