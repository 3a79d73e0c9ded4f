package dev.rivulet.trainer.measure;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The trainer's meters, all named {@code rivulet_…}.
 *
 * <p>Those of a run carry its id, and go when the next run begins, so that labels stay bounded.
 */
public final class TrainerMetrics {
  private final MeterRegistry registry;
  private final Counter imagesTrained;
  private final Counter batchesTrained;
  private final Counter restarts;
  private final Counter statesWritten;
  private final Counter checkpointsWritten;
  private final Counter checkpointBytes;
  private final Counter waiting;
  private final Counter training;
  private final Counter validation;
  private final Counter checkpoint;
  private final List<Meter> ofRun = new ArrayList<>();
  private volatile RunProgress progress;
  private volatile EpochCompleted epoch;
  private volatile PhaseSeconds phases = PhaseSeconds.ZERO;

  public TrainerMetrics(MeterRegistry registry) {
    this.registry = registry;
    imagesTrained = counter("rivulet.images.trained", "Images in the weights, repeats included");
    batchesTrained = counter("rivulet.batches.trained", "Steps of the optimizer");
    restarts = counter("rivulet.run.resumes", "How often a run went on from a saved state");
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

  /** Replaces the meters of the previous run by those of this one. */
  public synchronized void begin(TrainingRun run, String device, int parameters, boolean resumed) {
    ofRun.forEach(registry::remove);
    ofRun.clear();
    epoch = null;
    progress = null;
    phases = PhaseSeconds.ZERO;
    if (resumed) {
      restarts.increment();
    }
    Tags tags = Tags.of("run", run.id());
    Tags info =
        tags.and(
            "dataset", run.dataset().orElseThrow().name(),
            "recipe", run.plan().recipe(),
            "device", device,
            "precision", run.plan().precision());
    ofRun.add(
        Gauge.builder("rivulet.run.info", () -> 1)
            .tags(info)
            .description("The run that is being trained")
            .register(registry));
    gauge("rivulet.run.epochs", "Epochs the run will have", tags, m -> run.plan().epochs());
    gauge("rivulet.batch.size", "Images per step", tags, m -> run.plan().batchSize());
    gauge("rivulet.parameters", "Trainable parameters", tags, m -> parameters);
    progressGauges(tags);
  }

  public void trained(int images) {
    imagesTrained.increment(images);
    batchesTrained.increment();
  }

  /** Takes in how the present epoch stands; called a few times a second. */
  public void progress(RunProgress now, PhaseSeconds epochSoFar) {
    progress = now;
    PhaseSeconds before = epochSoFar.total() < phases.total() ? PhaseSeconds.ZERO : phases;
    waiting.increment(Math.max(0, epochSoFar.dataWait() - before.dataWait()));
    training.increment(Math.max(0, epochSoFar.training() - before.training()));
    validation.increment(Math.max(0, epochSoFar.validation() - before.validation()));
    checkpoint.increment(Math.max(0, epochSoFar.checkpoint() - before.checkpoint()));
    phases = epochSoFar;
  }

  /** Takes in a committed epoch; before the first one there are no gauges of epochs. */
  public synchronized void completed(EpochCompleted event) {
    boolean first = epoch == null;
    epoch = event;
    if (first) {
      epochGauges(Tags.of("run", event.run()));
    }
    checkpointsWritten.increment();
  }

  public void stateWritten(int bytes) {
    statesWritten.increment();
    checkpointBytes.increment(bytes);
  }

  /** How the run stands, if one has begun. */
  public Optional<RunProgress> latest() {
    return Optional.ofNullable(progress);
  }

  private void progressGauges(Tags tags) {
    gauge("rivulet.epoch", "The epoch under way, from 1", tags, m -> m.epoch());
    gauge("rivulet.epoch.images.done", "Images of the epoch so far", tags, m -> m.imagesDone());
    gauge("rivulet.epoch.images", "Images of a whole epoch", tags, m -> m.imagesPerEpoch());
    gauge("rivulet.images.per.second", "Training speed now", tags, m -> m.imagesPerSecond());
    Tags running = tags.and("split", "train-running");
    gauge("rivulet.loss", "Mean cross-entropy per image, in nats", running, m -> m.loss());
    gauge("rivulet.accuracy", "Share of images classified rightly", running, m -> m.accuracy());
    ofRun.add(
        Gauge.builder("rivulet.data.wait.share", this, m -> share(m.phases))
            .tags(tags)
            .description("Share of the epoch's training time spent waiting for batches")
            .register(registry));
  }

  private void epochGauges(Tags tags) {
    epochGauge("rivulet.epoch.completed", tags, EpochCompleted::epoch);
    epochGauge("rivulet.epoch.seconds", tags, e -> e.seconds().total());
    epochGauge("rivulet.epoch.images.per.second", tags, EpochCompleted::imagesPerSecond);
    epochGauge("rivulet.learning.rate", tags, EpochCompleted::learningRate);
    phaseGauge(tags, PhaseClock.Phase.DATA_WAIT, PhaseSeconds::dataWait);
    phaseGauge(tags, PhaseClock.Phase.TRAINING, PhaseSeconds::training);
    phaseGauge(tags, PhaseClock.Phase.VALIDATION, PhaseSeconds::validation);
    phaseGauge(tags, PhaseClock.Phase.CHECKPOINT, PhaseSeconds::checkpoint);
    splitGauges(tags.and("split", "train"), EpochCompleted::train);
    splitGauges(tags.and("split", "validation"), EpochCompleted::validation);
  }

  private void splitGauges(Tags tags, Function<EpochCompleted, LossAndAccuracy> split) {
    epochGauge("rivulet.loss", tags, e -> split.apply(e).loss());
    epochGauge("rivulet.accuracy", tags, e -> split.apply(e).accuracy());
  }

  private void phaseGauge(
      Tags tags, PhaseClock.Phase phase, ToDoubleFunction<PhaseSeconds> seconds) {
    epochGauge(
        "rivulet.epoch.phase.seconds",
        tags.and("phase", phase.label()),
        e -> seconds.applyAsDouble(e.seconds()));
  }

  /** A gauge of the last completed epoch. */
  private void epochGauge(String name, Tags tags, ToDoubleFunction<EpochCompleted> value) {
    ofRun.add(
        Gauge.builder(name, this, m -> value.applyAsDouble(m.epoch)).tags(tags).register(registry));
  }

  private void gauge(
      String name, String description, Tags tags, ToDoubleFunction<RunProgress> value) {
    ofRun.add(
        Gauge.builder(
                name, this, m -> m.progress == null ? Double.NaN : value.applyAsDouble(m.progress))
            .tags(tags)
            .description(description)
            .register(registry));
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

  private static double share(PhaseSeconds seconds) {
    double trained = seconds.dataWait() + seconds.training();
    return trained == 0 ? 0 : seconds.dataWait() / trained;
  }
}
