package dev.rivulet.local.run;

import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decides which run a command is about: a new one, an interrupted one, or a stopped one again. */
public final class RunSubmission {
  private final RunEvents events;
  private final Clock clock;
  private final Consumer<String> notices;

  /**
   * @param notices is told what became of interrupted runs
   */
  public RunSubmission(RunEvents events, Clock clock, Consumer<String> notices) {
    this.events = events;
    this.clock = clock;
    this.notices = notices;
  }

  /** Publishes a new run, whatever else is going on; it waits for its turn. */
  public TrainingRun request(TrainingPlan plan) throws InterruptedException {
    Instant now = clock.instant();
    return events.publish(TrainingRun.requested(RunIds.next(now), plan, now));
  }

  /**
   * Goes on with the interrupted run if there is one and it has this plan or none is asked for;
   * otherwise interrupted runs are marked as stopped, and a new one is published.
   *
   * @param asked the plan of the run options, if any were given
   */
  public TrainingRun requestOrGoOn(Optional<TrainingPlan> asked) throws InterruptedException {
    List<TrainingRun> interrupted =
        events.ledger().all().stream().filter(run -> !run.status().ended()).toList();
    Optional<TrainingRun> same =
        interrupted.stream()
            .filter(run -> run.status() != RunStatus.STOPPING)
            .filter(run -> asked.isEmpty() || asked.get().equals(run.plan()))
            .reduce((earlier, later) -> later);
    for (TrainingRun run : interrupted) {
      if (!same.equals(Optional.of(run))) {
        stop(run);
      }
    }
    if (same.isPresent()) {
      notices.accept("going on with run %s, which was interrupted".formatted(same.get().id()));
      return same.get();
    }
    return request(asked.orElseGet(TrainingPlan::defaults));
  }

  /** Marks a run as stopped that no trainer works on. */
  public void stop(TrainingRun run) throws InterruptedException {
    String message = "interrupted; go on with --resume " + run.id();
    events.publish(run.ended(RunStatus.STOPPED, clock.instant(), Optional.of(message)));
    notices.accept("run %s was %s".formatted(run.id(), message));
  }

  /**
   * Asks for the rest of a run, in place of others that were interrupted.
   *
   * @param id the run, or nothing for the one that stopped last
   * @throws CommandFailedException if there is nothing to go on with
   * @throws IllegalArgumentException if there is no such run
   */
  public TrainingRun resume(Optional<String> id) throws InterruptedException {
    TrainingRun run = resumable(id);
    for (TrainingRun other : events.ledger().all()) {
      if (!other.status().ended() && !other.id().equals(run.id())) {
        stop(other);
      }
    }
    return goOn(run);
  }

  /** The same in a cluster where others train too: the run waits for its turn. */
  public TrainingRun resumeBeside(Optional<String> id) throws InterruptedException {
    return goOn(resumable(id));
  }

  private TrainingRun resumable(Optional<String> id) {
    TrainingRun run = id.isPresent() ? events.run(id.get()) : lastUnfinished();
    if (run.status() == RunStatus.FINISHED) {
      throw new CommandFailedException(
          "run %s has finished all its %d epochs; start a new one"
              .formatted(run.id(), run.plan().epochs()));
    }
    return run;
  }

  private TrainingRun goOn(TrainingRun run) throws InterruptedException {
    notices.accept("going on with run " + run.id());
    boolean waits = run.status() == RunStatus.REQUESTED || run.status() == RunStatus.RUNNING;
    return waits ? run : events.publish(run.resumed());
  }

  private TrainingRun lastUnfinished() {
    return events.ledger().all().stream()
        .filter(run -> run.status() != RunStatus.FINISHED)
        .max(Comparator.comparing(run -> run.endedAt().orElse(Instant.MAX)))
        .orElseThrow(
            () ->
                new CommandFailedException("no run was stopped; leave --resume out for a new one"));
  }
}
