package dev.rivulet.trainer.runs;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.trainer.TrainerSettings;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Requests the run that the configuration asks for, so that a deployment trains by itself.
 *
 * <p>A run that was requested with the same plan is not requested again, whether it is under way,
 * finished, or was stopped: a restart goes on with it or leaves it alone. Only one that failed is,
 * since its cause may be mended by now. Runs of other plans are left alone; they have their turn.
 */
public final class RunAutostart {
  private static final Logger LOG = Logger.getLogger(RunAutostart.class);

  private final Optional<TrainingPlan> plan;
  private boolean decided;

  public RunAutostart(Optional<TrainingPlan> plan) {
    this.plan = plan;
  }

  /**
   * From {@code rivulet.run.*}.
   *
   * @throws IllegalArgumentException if a value is out of its range, naming the setting
   */
  public static RunAutostart of(TrainerSettings.Run settings) {
    if (!settings.autostart()) {
      return new RunAutostart(Optional.empty());
    }
    try {
      RunRequest request =
          new RunRequest(
              settings.dataset(),
              settings.epochs(),
              settings.batch(),
              settings.augment(),
              settings.width(),
              settings.recipe(),
              settings.seed(),
              settings.limit(),
              settings.device(),
              settings.precision(),
              settings.depths(),
              settings.set().map(Recipe::changes));
      return new RunAutostart(Optional.of(request.plan()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("rivulet.run.* (RIVULET_RUN_*): " + e.getMessage(), e);
    }
  }

  /**
   * The run to publish, if one is due: until it is {@link #published}, or found to be there.
   *
   * @param known up to date with the topic
   */
  public Optional<TrainingRun> due(RunLedger known, Instant now) {
    if (plan.isEmpty() || decided) {
      return Optional.empty();
    }
    Optional<TrainingRun> same =
        known.all().stream()
            .filter(run -> run.plan().equals(plan.get()) && run.status() != RunStatus.FAILED)
            .reduce((earlier, later) -> later);
    same.ifPresent(
        run ->
            LOG.infof(
                "Run %s has the configured plan and is %s; no other one is requested",
                run.id(), run.status().label()));
    decided = same.isPresent();
    return decided
        ? Optional.empty()
        : Optional.of(TrainingRun.requested(RunIds.next(now), plan.get(), now));
  }

  /** The run that was due is on the topic, so no other one is. */
  public void published() {
    decided = true;
  }
}
