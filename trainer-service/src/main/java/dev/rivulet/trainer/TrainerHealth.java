package dev.rivulet.trainer;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness: whether the trainer takes runs, and if not, why. */
@Readiness
@ApplicationScoped
public class TrainerHealth implements HealthCheck {
  private final TrainerService trainer;

  TrainerHealth(TrainerService trainer) {
    this.trainer = trainer;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("trainer");
    trainer.notReady().ifPresent(why -> response.withData("reason", why));
    return response.status(trainer.notReady().isEmpty()).build();
  }
}
