package dev.rivulet.trainer.measure;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.trainer.measure.PhaseClock.Phase;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The gauges of one run, which carry its id: how it stands, and how its last completed epoch went.
 *
 * <p>They stay when the run has ended, and go when the next one begins, so that labels stay
 * bounded.
 */
final class RunMeters {
  private static final double MILLIS = 1e3;

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new ArrayList<>();
  private volatile boolean underWay = true;
  private volatile RunProgress progress;
  private volatile PhaseSeconds phases = PhaseSeconds.ZERO;
  private volatile EpochCompleted epoch;
  private volatile double runSeconds;

  /**
   * @param before the epochs that were completed already, by whatever process
   */
  RunMeters(
      MeterRegistry registry,
      TrainingRun run,
      String device,
      int parameters,
      Collection<EpochCompleted> before) {
    this.registry = registry;
    this.tags = Tags.of("run", run.id());
    Tags info =
        tags.and(
            "dataset", run.dataset().orElseThrow().name(),
            "recipe", run.plan().recipe(),
            "device", device,
            "precision", run.plan().precision());
    register("rivulet.run.info", "The run that is trained, or was last", info, m -> 1);
    register("rivulet.run.epochs", "Epochs the run will have", tags, m -> run.plan().epochs());
    register("rivulet.run.batch.size", "Images per step", tags, m -> run.plan().batchSize());
    register("rivulet.parameters", "Trainable parameters", tags, m -> parameters);
    progressGauges();
    before.forEach(this::completed);
  }

  void progress(RunProgress now, PhaseSeconds epochSoFar) {
    progress = now;
    phases = epochSoFar;
  }

  /** Takes in a committed epoch; before the first one there are no gauges of epochs. */
  void completed(EpochCompleted event) {
    boolean first = epoch == null;
    epoch = event;
    runSeconds += event.seconds().total();
    if (first) {
      epochGauges();
    }
  }

  /** The run is not being trained any more, for whatever reason. */
  void leftOff() {
    underWay = false;
  }

  Optional<RunProgress> latest() {
    return Optional.ofNullable(progress);
  }

  void remove() {
    meters.forEach(registry::remove);
  }

  private void progressGauges() {
    progressGauge("rivulet.epoch", "The epoch under way, from 1", tags, RunProgress::epoch);
    progressGauge(
        "rivulet.epoch.images.done", "Images of the epoch so far", tags, RunProgress::imagesDone);
    progressGauge(
        "rivulet.epoch.images", "Images of a whole epoch", tags, RunProgress::imagesPerEpoch);
    progressGauge(
        "rivulet.images.per.second",
        "Training speed now, 0 when nothing is trained",
        tags,
        now -> underWay ? now.imagesPerSecond() : 0);
    Tags running = tags.and("split", "train-running");
    progressGauge("rivulet.loss", LOSS, running, RunProgress::loss);
    progressGauge("rivulet.accuracy", ACCURACY, running, RunProgress::accuracy);
    register(
        "rivulet.data.wait.share",
        "Share of the epoch's training time spent waiting for batches",
        tags,
        m -> waitShare(m.phases));
  }

  private static final String LOSS = "Mean cross-entropy per image, in nats";
  private static final String ACCURACY = "Share of images classified rightly, 0 to 1";

  private void epochGauges() {
    epochGauge("rivulet.epoch.completed", "The last epoch completed", EpochCompleted::epoch);
    epochGauge("rivulet.epoch.seconds", "Of the last epoch", e -> e.seconds().total());
    epochGauge(
        "rivulet.epoch.images.per.second", "Of the last epoch", EpochCompleted::imagesPerSecond);
    epochGauge(
        "rivulet.learning.rate", "Of the last epoch's last step", EpochCompleted::learningRate);
    epochGauge(
        "rivulet.checkpoint.timestamp.seconds",
        "Unix time of the last committed checkpoint",
        e -> e.completedAt().toEpochMilli() / MILLIS);
    register(
        "rivulet.run.seconds", "All completed epochs together", tags, meters -> meters.runSeconds);
    phaseGauge(Phase.DATA_WAIT, PhaseSeconds::dataWait);
    phaseGauge(Phase.TRAINING, PhaseSeconds::training);
    phaseGauge(Phase.VALIDATION, PhaseSeconds::validation);
    phaseGauge(Phase.CHECKPOINT, PhaseSeconds::checkpoint);
    splitGauges(tags.and("split", "train"), EpochCompleted::train);
    splitGauges(tags.and("split", "validation"), EpochCompleted::validation);
    if (epoch.rawValidation().isPresent()) {
      splitGauges(tags.and("split", "validation-raw"), e -> e.rawValidation().orElse(NOTHING));
    }
  }

  private static final LossAndAccuracy NOTHING = new LossAndAccuracy(Double.NaN, Double.NaN);

  private void splitGauges(Tags of, Function<EpochCompleted, LossAndAccuracy> split) {
    register("rivulet.loss", LOSS, of, m -> split.apply(m.epoch).loss());
    register("rivulet.accuracy", ACCURACY, of, m -> split.apply(m.epoch).accuracy());
  }

  private void phaseGauge(Phase phase, ToDoubleFunction<PhaseSeconds> seconds) {
    register(
        "rivulet.epoch.phase.seconds",
        "Where the time of the last epoch went",
        tags.and("phase", phase.label()),
        m -> seconds.applyAsDouble(m.epoch.seconds()));
  }

  private void epochGauge(String name, String description, ToDoubleFunction<EpochCompleted> value) {
    register(name, description, tags, m -> value.applyAsDouble(m.epoch));
  }

  private void progressGauge(
      String name, String description, Tags of, ToDoubleFunction<RunProgress> value) {
    register(
        name,
        description,
        of,
        m -> m.progress == null ? Double.NaN : value.applyAsDouble(m.progress));
  }

  private void register(
      String name, String description, Tags of, ToDoubleFunction<RunMeters> value) {
    meters.add(
        Gauge.builder(name, this, value)
            .tags(of)
            .description(description)
            .strongReference(true)
            .register(registry));
  }

  private static double waitShare(PhaseSeconds seconds) {
    double trained = seconds.dataWait() + seconds.training();
    return trained == 0 ? 0 : seconds.dataWait() / trained;
  }
}
