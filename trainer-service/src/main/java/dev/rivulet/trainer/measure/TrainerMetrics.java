package dev.rivulet.trainer.measure;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The trainer's meters, all named {@code rivulet_…}; those of the present run are RunMeters. */
public final class TrainerMetrics {
  private final MeterRegistry registry;
  private final Counter imagesTrained;
  private final Counter batchesTrained;
  private final Counter resumes;
  private final Counter statesWritten;
  private final Counter checkpointsWritten;
  private final Counter checkpointBytes;
  private final Counter waiting;
  private final Counter training;
  private final Counter validation;
  private final Counter checkpoint;
  private volatile RunMeters run;
  private PhaseSeconds phases = PhaseSeconds.ZERO;

  public TrainerMetrics(MeterRegistry registry) {
    this.registry = registry;
    imagesTrained = counter("rivulet.images.trained", "Images in the weights, repeats included");
    batchesTrained = counter("rivulet.batches.trained", "Steps of the optimizer");
    resumes = counter("rivulet.run.resumes", "How often a run went on from a saved state");
    statesWritten = counter("rivulet.trainer.states.written", "Committed trainer states");
    checkpointsWritten = counter("rivulet.checkpoints.written", "Committed checkpoints");
    checkpointBytes =
        Counter.builder("rivulet.checkpoint")
            .baseUnit("bytes")
            .description("Size of all states and checkpoints written")
            .register(registry);
    waiting = phase(PhaseClock.Phase.DATA_WAIT);
    training = phase(PhaseClock.Phase.TRAINING);
    validation = phase(PhaseClock.Phase.VALIDATION);
    checkpoint = phase(PhaseClock.Phase.CHECKPOINT);
  }

  /** Watches whether Kafka answers. */
  public void watchBroker(BooleanSupplier reachable) {
    Gauge.builder("rivulet.broker.reachable", () -> reachable.getAsBoolean() ? 1 : 0)
        .description("1 while Kafka answers this service, else 0")
        .register(registry);
  }

  /** Counts the runs that {@code known} returns, by status. */
  public void watchRuns(Supplier<Collection<TrainingRun>> known) {
    for (RunStatus status : RunStatus.values()) {
      Gauge.builder("rivulet.runs", () -> known.get().stream().filter(with(status)).count())
          .tag("status", status.label())
          .description("Runs by status, as the events tell it")
          .register(registry);
    }
  }

  /**
   * Replaces the meters of the previous run by those of this one.
   *
   * @param epochSoFar what its present epoch took before, which is counted already
   * @param before the epochs that were completed already
   */
  public synchronized void begin(
      TrainingRun next,
      String device,
      int parameters,
      boolean resumed,
      PhaseSeconds epochSoFar,
      Collection<EpochCompleted> before) {
    if (run != null) {
      run.remove();
    }
    run = new RunMeters(registry, next, device, parameters, before);
    phases = epochSoFar;
    if (resumed) {
      resumes.increment();
    }
  }

  public void trained(int images) {
    imagesTrained.increment(images);
    batchesTrained.increment();
  }

  /** Takes in how the present epoch stands; called a few times a second. */
  public synchronized void progress(RunProgress now, PhaseSeconds epochSoFar) {
    run.progress(now, epochSoFar);
    PhaseSeconds before = epochSoFar.total() < phases.total() ? PhaseSeconds.ZERO : phases;
    waiting.increment(Math.max(0, epochSoFar.dataWait() - before.dataWait()));
    training.increment(Math.max(0, epochSoFar.training() - before.training()));
    validation.increment(Math.max(0, epochSoFar.validation() - before.validation()));
    checkpoint.increment(Math.max(0, epochSoFar.checkpoint() - before.checkpoint()));
    phases = epochSoFar;
  }

  /**
   * Takes in a committed epoch.
   *
   * @param bytes of its checkpoint and state
   */
  public synchronized void completed(EpochCompleted event, int bytes) {
    run.completed(event);
    checkpointsWritten.increment();
    checkpointBytes.increment(bytes);
  }

  public void stateWritten(int bytes) {
    statesWritten.increment();
    checkpointBytes.increment(bytes);
  }

  /** The run is not being trained any more, for whatever reason. */
  public void leftOff() {
    run.leftOff();
  }

  /** How the run stands, if one has begun. */
  public Optional<RunProgress> latest() {
    RunMeters present = run;
    return present == null ? Optional.empty() : present.latest();
  }

  private static Predicate<TrainingRun> with(RunStatus status) {
    return run -> run.status() == status;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter phase(PhaseClock.Phase phase) {
    return Counter.builder("rivulet.phase")
        .baseUnit("seconds")
        .tag("phase", phase.label())
        .description("Where the trainer's time goes")
        .register(registry);
  }
}
