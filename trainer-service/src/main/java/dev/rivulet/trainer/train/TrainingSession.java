package dev.rivulet.trainer.train;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.AdamSettings;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.Evaluation;
import dev.rivulet.network.Learner;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.TrainingState;
import dev.rivulet.network.Weights;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher.Commit;
import dev.rivulet.trainer.checkpoint.RunFolder;
import dev.rivulet.trainer.checkpoint.SavedState;
import dev.rivulet.trainer.consume.BatchFeed;
import dev.rivulet.trainer.consume.TrainableBatch;
import dev.rivulet.trainer.consume.ValidationSet;
import dev.rivulet.trainer.measure.PhaseClock;
import dev.rivulet.trainer.measure.PhaseClock.Phase;
import dev.rivulet.trainer.measure.RunHistory;
import java.nio.file.Path;
import java.time.Instant;
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

  private final TrainerEnvironment env;
  private final CheckpointPublisher publisher;
  private final TrainingPlan plan;
  private final DatasetDescription dataset;
  private final ValidationSet validationSet;
  private final RunHistory history;
  private final RunFolder folder;
  private final Learner learner;
  private final ComputeDevice device;
  private final PhaseClock clock = new PhaseClock(System::nanoTime);
  private final SpeedMeter speed = new SpeedMeter(System::nanoTime);
  private final EpochLog log;
  private final BatchFeed feed;
  private final int batchesPerEpoch;
  private TrainingRun run;
  private TrainableBatch lastBatch;
  private long savedAtNanos = System.nanoTime();

  private TrainingSession(
      TrainerEnvironment env, CheckpointPublisher publisher, TrainingRun run, SavedState from) {
    this.env = env;
    this.publisher = publisher;
    this.run = run;
    this.plan = run.plan();
    this.dataset = run.dataset().orElseThrow();
    this.device = ComputeDevice.select(plan.device(), env.threads());
    this.validationSet = ValidationSet.read(env.kafka(), env.topics().validationBatches(), dataset);
    this.history = RunHistory.read(env.kafka(), env.topics().trainingMetrics(), run.id());
    this.folder = new RunFolder(env.dataDir(), run.id());
    this.batchesPerEpoch = plan.epochBatches(dataset.trainImages());
    this.feed = env.batches().open(from.position(), batchesPerEpoch, plan.batchSize());
    this.log = new EpochLog(run, from.position(), clock);
    this.learner = new Learner(device, from.training(), AdamSettings.original(), plan.seed());
  }

  /**
   * Opens the session of a run whose data set is known.
   *
   * @throws IllegalArgumentException if the run cannot be trained here, saying what to do
   */
  public static TrainingSession open(
      TrainerEnvironment env, CheckpointPublisher publisher, TrainingRun run) {
    NetworkConfig network =
        NetworkConfig.of(run.plan().width(), run.dataset().orElseThrow().classes().size());
    Optional<SavedState> saved =
        SavedState.findNewest(new TopicTail(env.kafka()), env.topics().trainerState(), run);
    SavedState from =
        saved.orElseGet(
            () ->
                new SavedState(
                    TrainingState.initial(network, run.plan().seed()),
                    TrainerPosition.start(run.id(), run.attempt())));
    TrainingSession session = new TrainingSession(env, publisher, run, from);
    env.metrics().begin(run, session.device.name(), network.parameterCount(), saved.isPresent());
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

  /** Trains until the last epoch, or until something else comes up. */
  public void train() throws InterruptedException {
    announce();
    Optional<Interruption> interruption = Optional.empty();
    while (interruption.isEmpty() && log.epoch() <= plan.epochs()) {
      interruption = trainEpoch();
      if (interruption.isEmpty()) {
        interruption = validateAndComplete();
      }
    }
    if (interruption.isPresent()) {
      leaveOff(interruption.get());
    } else {
      LOG.infof("Run %s finished%n%s", run.id(), history.toTable());
    }
  }

  @Override
  public void close() {
    learner.close();
  }

  private void announce() {
    if (run.status() == RunStatus.REQUESTED) {
      run = run.running(Instant.now());
      publisher.begin().run(run).commit();
      env.runs().ledger().merge(run);
    }
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
    learner.step(content.images(), content.labels(), content.size());
    log.trained(batch);
    feed.consumed(batch);
    lastBatch = batch;
    speed.add(content.size());
    env.metrics().trained(content.size());
  }

  private Optional<Interruption> validateAndComplete() throws InterruptedException {
    clock.enter(Phase.VALIDATION);
    Evaluation evaluation = Evaluation.none(dataset.classes().size());
    for (LabelledImages images : validationSet.batches()) {
      Optional<Interruption> interruption = interruption();
      if (interruption.isPresent()) {
        return interruption;
      }
      evaluation =
          evaluation.plus(
              learner.evaluate(images.images(), images.labels(), images.size(), EVALUATION_BATCH));
      env.metrics()
          .progress(
              log.progress(Phase.VALIDATION, (int) evaluation.images(), speed.perSecond()),
              clock.elapsed());
    }
    completeEpoch(new LossAndAccuracy(evaluation.meanLoss(), evaluation.accuracy()));
    return Optional.empty();
  }

  /** Checkpoint, metrics, state and, after the last epoch, the end of the run: all or nothing. */
  private void completeEpoch(LossAndAccuracy validation) throws InterruptedException {
    clock.enter(Phase.CHECKPOINT);
    int epoch = log.epoch();
    int bestBefore = log.bestEpoch();
    log.validated(validation);
    TrainingState state = learner.state();
    Weights weights = state.modelWeights();
    ModelDescription model = describe(weights, epoch, validation);
    EpochCompleted event = event(validation);
    history.add(event);
    folder.save(history);
    Commit commit = publisher.begin().checkpoint(model, weights).metrics(event);
    env.retention()
        .epochsToDrop(epoch, bestBefore, log.bestEpoch())
        .forEach(old -> commit.dropCheckpoint(run.id(), old));
    Optional<TrainingRun> end = Optional.empty();
    if (epoch < plan.epochs()) {
      commit.state(new SavedState(state, log.positionAfterEpoch()));
    } else {
      Path file = folder.save(model, weights);
      end =
          Optional.of(
              run.ended(RunStatus.FINISHED, Instant.now(), Optional.of("model in " + file)));
      commit.dropState(run.id()).run(end.get());
    }
    commit.commit();
    end.ifPresent(env.runs().ledger()::merge);
    env.metrics().completed(event);
    env.metrics().progress(log.progress(Phase.CHECKPOINT, event.images(), 0), clock.elapsed());
    log.beginNextEpoch();
    committed();
    LOG.infof(
        "Run %s epoch %d: loss %.4f accuracy %.4f, validation loss %.4f accuracy %.4f, %.1f s",
        run.id(),
        epoch,
        event.train().loss(),
        event.train().accuracy(),
        validation.loss(),
        validation.accuracy(),
        event.seconds().total());
  }

  private void saveStateIfDue() throws InterruptedException {
    if (System.nanoTime() - savedAtNanos >= env.checkpointInterval().toNanos()) {
      clock.enter(Phase.CHECKPOINT);
      log.add(learner.takeTotals());
      SavedState state = new SavedState(learner.state(), log.position());
      publisher.begin().state(state).commit();
      env.metrics().stateWritten(state.training().modelWeights().values().length * 3 * Float.BYTES);
      committed();
    }
  }

  private void committed() throws InterruptedException {
    savedAtNanos = System.nanoTime();
    if (lastBatch != null) {
      env.consumedBatches().deleteBefore(lastBatch.firstOffset());
    }
  }

  private void leaveOff(Interruption why) {
    LOG.infof(
        "Run %s leaves off at epoch %d batch %d: %s", run.id(), log.epoch(), log.nextBatch(), why);
    if (why == Interruption.TAKEN_OVER) {
      return;
    }
    log.add(learner.takeTotals());
    SavedState state = new SavedState(learner.state(), log.position());
    Commit commit = publisher.begin().state(state);
    if (why == Interruption.STOP_REQUESTED) {
      Weights weights = state.training().modelWeights();
      Path file = folder.save(describe(weights, log.epoch() - 1, lastValidation()), weights);
      TrainingRun stopped =
          run.ended(RunStatus.STOPPED, Instant.now(), Optional.of("model in " + file));
      commit.run(stopped).commit();
      env.runs().ledger().merge(stopped);
    } else {
      commit.commit();
    }
  }

  private Optional<Interruption> interruption() {
    return Interruption.of(run.id(), env.runs(), env.batches(), feed, env.closing());
  }

  private void report(Phase phase) {
    if (speed.due()) {
      log.add(learner.takeTotals());
      env.metrics()
          .progress(
              log.progress(phase, (int) log.totals().images(), speed.perSecond()), clock.elapsed());
    }
  }

  private ModelDescription describe(Weights weights, int epoch, LossAndAccuracy validation) {
    return new ModelDescription(
        run.id(),
        epoch,
        learner.steps(),
        dataset.name(),
        dataset.classes(),
        validation.loss(),
        validation.accuracy(),
        weights.sha256(),
        Instant.now());
  }

  /** Of the weights as they are: known only if no batch has been trained since the last epoch. */
  private LossAndAccuracy lastValidation() {
    return history.epochs().stream()
        .filter(e -> e.epoch() == log.epoch() - 1 && log.nextBatch() == 0)
        .findFirst()
        .map(EpochCompleted::validation)
        .orElse(new LossAndAccuracy(Double.NaN, Double.NaN));
  }

  private EpochCompleted event(LossAndAccuracy validation) {
    PhaseSeconds seconds = clock.elapsed();
    int images = (int) log.totals().images();
    return new EpochCompleted(
        run.id(),
        log.epoch(),
        plan.epochs(),
        dataset.name(),
        new LossAndAccuracy(log.totals().meanLoss(), log.totals().accuracy()),
        validation,
        seconds,
        images,
        images / (seconds.dataWait() + seconds.training()),
        device.name(),
        plan.batchSize(),
        learner.learningRate(),
        learner.config().parameterCount(),
        Instant.now());
  }
}
