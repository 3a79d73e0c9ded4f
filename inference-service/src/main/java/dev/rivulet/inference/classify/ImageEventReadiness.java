package dev.rivulet.inference.classify;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while image events cannot be classified, and says why. */
@Readiness
@Singleton
class ImageEventReadiness implements HealthCheck {
  private final ImageEventLoop imageEvents;

  ImageEventReadiness(ImageEventLoop imageEvents) {
    this.imageEvents = imageEvents;
  }

  @Override
  public HealthCheckResponse call() {
    return imageEvents
        .trouble()
        .map(
            reason ->
                HealthCheckResponse.named("image events").down().withData("reason", reason).build())
        .orElseGet(() -> HealthCheckResponse.up("image events"));
  }
}
