package dev.rivulet.trainer.train;

import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.Evaluation;
import dev.rivulet.network.Learner;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.TrainingState;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher;
import dev.rivulet.trainer.checkpoint.SavedState;
import dev.rivulet.trainer.consume.BatchFeed;
import dev.rivulet.trainer.consume.TrainableBatch;
import dev.rivulet.trainer.consume.ValidationSet;
import dev.rivulet.trainer.measure.PhaseClock;
import dev.rivulet.trainer.measure.PhaseClock.Phase;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Trains one run from its saved state, or from the start, until its last epoch or an interruption.
 *
 * <p>Whatever happens to the process, the next session of the run reaches the same weights: batches
 * are a pure function of the run's plan, dropout of (seed, step), and weights, moments and position
 * are committed together.
 */
public final class TrainingSession implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TrainingSession.class);
  private static final long TAKE_MILLIS = 200;
  private static final int EVALUATION_BATCH = 128;

  // more than names and shapes take
  private static final int HEADER_BYTES = 1 << 20;

  private final TrainerEnvironment env;
  private final TrainingRun run;
  private final TrainingPlan plan;
  private final DatasetDescription dataset;
  private final int batchesPerEpoch;
  private final ComputeDevice device;
  private final ValidationSet validationSet;
  private final RunRecorder recorder;
  private final PhaseClock clock = new PhaseClock(System::nanoTime);
  private final SpeedMeter speed = new SpeedMeter(System::nanoTime);
  private final EpochLog log;
  private final BatchFeed feed;
  private final Learner learner;
  private TrainableBatch lastBatch;
  private long savedAtNanos = System.nanoTime();

  private TrainingSession(
      TrainerEnvironment env,
      CheckpointPublisher publisher,
      TrainingRun run,
      SavedState from,
      ComputeDevice device)
      throws InterruptedException {
    this.env = env;
    this.run = run;
    this.plan = run.plan();
    this.dataset = run.dataset().orElseThrow();
    this.batchesPerEpoch = plan.epochBatches(dataset.trainImages());
    this.device = device;
    this.validationSet = ValidationSet.read(env.kafka(), env.topics().validationBatches(), dataset);
    this.recorder = new RunRecorder(env, publisher, run);
    this.log = new EpochLog(run, from.position(), clock);
    this.learner =
        new Learner(
            device,
            from.training(),
            plan.recipeInFull(),
            plan.steps(dataset.trainImages()),
            plan.seed());
    // last, since a session that cannot be opened is not closed either
    this.feed = env.batches().open(from.position(), batchesPerEpoch, plan.batchSize());
  }

  /**
   * Opens the session of a run whose data set is known.
   *
   * @param device with the run's precision
   * @throws IllegalArgumentException if the run cannot be trained here, saying what to do
   */
  public static TrainingSession open(
      TrainerEnvironment env, CheckpointPublisher publisher, TrainingRun run, ComputeDevice device)
      throws InterruptedException {
    NetworkConfig network =
        NetworkConfig.of(run.plan().width(), run.dataset().orElseThrow().classes().size())
            .withDepths(run.plan().depths());
    requireRoom(network, run.plan());
    Optional<SavedState> saved =
        SavedState.findNewest(new TopicTail(env.kafka()), env.topics().trainerState(), run);
    SavedState from =
        saved.orElseGet(
            () ->
                new SavedState(
                    TrainingState.initial(network, run.plan().recipeInFull(), run.plan().seed()),
                    TrainerPosition.start(run.id(), run.attempt())));
    TrainingSession session = new TrainingSession(env, publisher, run, from, device);
    env.metrics()
        .begin(
            run,
            session.device.name(),
            network.parameterCount(),
            saved.isPresent(),
            from.position().seconds(),
            session.recorder.history().epochs());
    LOG.infof(
        "Run %s: %s at epoch %d batch %d on %s (%s, %d classes, %d parameters)",
        run.id(),
        saved.isPresent() ? "goes on" : "starts",
        from.position().epoch(),
        from.position().nextBatch(),
        session.device.name(),
        session.dataset.name(),
        network.classes(),
        network.parameterCount());
    return session;
  }

  /** A state that no record can hold could not be saved, and the run never end. */
  private static void requireRoom(NetworkConfig network, TrainingPlan plan) {
    long bytes = TrainingState.vectorBytes(network, plan.recipeInFull()) + HEADER_BYTES;
    if (bytes > Topics.MAX_TENSOR_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "the state of %,d parameters has %d MiB, but a record has room for %d; choose a smaller width or depths"
              .formatted(
                  network.parameterCount(), bytes >> 20, Topics.MAX_TENSOR_RECORD_BYTES >> 20));
    }
  }

  /** Trains until the last epoch, or until something else comes up. */
  public void train() throws InterruptedException {
    recorder.begun();
    Optional<Interruption> interruption = Optional.empty();
    while (interruption.isEmpty() && log.epoch() <= plan.epochs()) {
      interruption = trainEpoch().or(this::validate);
      if (interruption.isEmpty()) {
        log.beginNextEpoch();
        committed();
      }
    }
    if (interruption.isPresent()) {
      leaveOff(interruption.get());
    } else {
      LOG.infof("Run %s finished%n%s", run.id(), recorder.history().toTable());
    }
  }

  @Override
  public void close() {
    releaseFeed();
    env.metrics().leftOff();
    learner.close();
  }

  private Optional<Interruption> trainEpoch() throws InterruptedException {
    speed.reset();
    while (log.nextBatch() < batchesPerEpoch) {
      Optional<Interruption> interruption = interruption();
      if (interruption.isPresent()) {
        return interruption;
      }
      clock.enter(Phase.DATA_WAIT);
      Optional<TrainableBatch> batch = feed.poll(TAKE_MILLIS, TimeUnit.MILLISECONDS);
      if (batch.isPresent()) {
        clock.enter(Phase.TRAINING);
        step(batch.get());
      }
      report(batch.isPresent() ? Phase.TRAINING : Phase.DATA_WAIT);
      saveStateIfDue();
    }
    log.add(learner.takeTotals());
    return Optional.empty();
  }

  private void step(TrainableBatch batch) {
    LabelledImages content = batch.content();
    learner.step(
        ByteBuffer.wrap(content.images()), content.labels(), content.mixture(), content.size());
    log.trained(batch);
    feed.consumed(batch);
    lastBatch = batch;
    speed.add(content.size());
    env.metrics().trained(content.size());
  }

  /** Passes over the validation set and completes the epoch, unless it is interrupted. */
  private Optional<Interruption> validate() {
    clock.enter(Phase.VALIDATION);
    Evaluation model = Evaluation.none(dataset.classes().size());
    Evaluation raw = Evaluation.none(dataset.classes().size());
    for (LabelledImages batch : validationSet.batches()) {
      Optional<Interruption> interruption = interruption();
      if (interruption.isPresent()) {
        return interruption;
      }
      ByteBuffer images = ByteBuffer.wrap(batch.images());
      model = model.plus(learner.evaluate(images, batch.labels(), batch.size(), EVALUATION_BATCH));
      if (learner.averages()) {
        raw = raw.plus(learner.evaluateRaw(images, batch.labels(), batch.size(), EVALUATION_BATCH));
      }
      progress(Phase.VALIDATION, model.images());
    }
    clock.enter(Phase.CHECKPOINT);
    complete(model, learner.averages() ? Optional.of(summary(raw)) : Optional.empty());
    return Optional.empty();
  }

  private static LossAndAccuracy summary(Evaluation evaluation) {
    return new LossAndAccuracy(evaluation.meanLoss(), evaluation.accuracy());
  }

  private void complete(Evaluation evaluation, Optional<LossAndAccuracy> raw) {
    LossAndAccuracy validation = summary(evaluation);
    int bestBefore = log.bestEpoch();
    log.validated(validation);
    TrainingState state = learner.state();
    EpochCompleted event =
        recorder.event(
            log,
            validation,
            raw,
            evaluation.detail(),
            clock.elapsed(),
            device,
            learner.learningRate(),
            learner.config().parameterCount());
    if (event.epoch() == plan.epochs()) {
      releaseFeed();
    }
    recorder.epochCompleted(event, state, log, bestBefore);
    progress(Phase.CHECKPOINT, event.images());
    LOG.infof(
        "Run %s epoch %d: loss %.4f accuracy %.4f, validation loss %.4f accuracy %.4f%s, %.1f s",
        run.id(),
        event.epoch(),
        event.train().loss(),
        event.train().accuracy(),
        validation.loss(),
        validation.accuracy(),
        raw.map(r -> " (%.4f without averaging)".formatted(r.accuracy())).orElse(""),
        event.seconds().total());
  }

  private void saveStateIfDue() throws InterruptedException {
    if (System.nanoTime() - savedAtNanos >= env.checkpointInterval().toNanos()) {
      clock.enter(Phase.CHECKPOINT);
      log.add(learner.takeTotals());
      recorder.stateSaved(learner.state(), log);
      committed();
    }
  }

  private void committed() throws InterruptedException {
    savedAtNanos = System.nanoTime();
    env.failure().succeeded();
    if (lastBatch != null) {
      recorder.dropBatchesBehind(lastBatch);
    }
  }

  private void leaveOff(Interruption why) {
    LOG.infof(
        "Run %s leaves off at epoch %d batch %d: %s", run.id(), log.epoch(), log.nextBatch(), why);
    if (why == Interruption.TAKEN_OVER) {
      return;
    }
    releaseFeed();
    log.add(learner.takeTotals());
    if (why == Interruption.STOP_REQUESTED) {
      recorder.stopped(learner.state(), log);
    } else {
      recorder.stateSaved(learner.state(), log);
    }
  }

  /** Before the run's end is known, since ingest then publishes the next run's batches. */
  private void releaseFeed() {
    env.batches().release(feed);
  }

  private Optional<Interruption> interruption() {
    return Interruption.of(run, env.runs(), env.batches(), feed, env.closing());
  }

  private void report(Phase phase) {
    if (speed.due()) {
      log.add(learner.takeTotals());
      progress(phase, log.totals().images());
    }
  }

  private void progress(Phase phase, long images) {
    env.metrics()
        .progress(
            log.progress(phase, (int) images, speed.perSecond(), device.name()), clock.elapsed());
  }
}
