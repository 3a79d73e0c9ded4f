package dev.rivulet.inference.reload;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down until the first checkpoint serves. */
@Readiness
@Singleton
class ModelReadiness implements HealthCheck {
  private final FollowedSelection followed;

  ModelReadiness(FollowedSelection followed) {
    this.followed = followed;
  }

  @Override
  public HealthCheckResponse call() {
    return followed
        .state()
        .serving()
        .map(ServedModel::description)
        .map(
            model ->
                HealthCheckResponse.named("model")
                    .up()
                    .withData("run", model.run())
                    .withData("epoch", model.epoch())
                    .build())
        .orElseGet(
            () ->
                HealthCheckResponse.named("model")
                    .down()
                    .withData("reason", "no checkpoint yet: image events wait in Kafka")
                    .build());
  }
}
