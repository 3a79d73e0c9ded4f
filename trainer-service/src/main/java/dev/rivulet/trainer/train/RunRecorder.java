package dev.rivulet.trainer.train;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.TrainingState;
import dev.rivulet.network.Weights;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher.Commit;
import dev.rivulet.trainer.checkpoint.PinnedCheckpoint;
import dev.rivulet.trainer.checkpoint.RunFolder;
import dev.rivulet.trainer.checkpoint.SavedState;
import dev.rivulet.trainer.consume.TrainableBatch;
import dev.rivulet.trainer.measure.RunHistory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Writes down what becomes of a run: on Kafka in transactions, on disk before their commit, so that
 * a run that is reported finished has its files.
 */
final class RunRecorder {
  private final TrainerEnvironment env;
  private final CheckpointPublisher publisher;
  private final RunHistory history;
  private final RunFolder folder;
  private TrainingRun run;

  // to be dropped once it is pinned no longer; a session that begins later knows nothing of it
  private final Set<Integer> spared = new HashSet<>();

  RunRecorder(TrainerEnvironment env, CheckpointPublisher publisher, TrainingRun run) {
    this.env = env;
    this.publisher = publisher;
    this.run = run;
    this.history = RunHistory.read(env.kafka(), env.topics().trainingMetrics(), run.id());
    this.folder = new RunFolder(env.dataDir(), run.id());
  }

  RunHistory history() {
    return history;
  }

  /** Says that the run has begun, if nobody has yet. */
  void begun() {
    if (run.status() == RunStatus.REQUESTED) {
      run = run.running(Instant.now());
      publisher.begin().run(run).commit();
      env.runs().ledger().merge(run);
    }
  }

  /** The event of the epoch that {@code log} stands at the end of. */
  EpochCompleted event(
      EpochLog log,
      LossAndAccuracy validation,
      Optional<LossAndAccuracy> rawValidation,
      ValidationDetail detail,
      PhaseSeconds seconds,
      ComputeDevice device,
      float learningRate,
      int parameters) {
    int images = (int) log.totals().images();
    return new EpochCompleted(
        run.id(),
        log.epoch(),
        run.plan().epochs(),
        run.dataset().orElseThrow().name(),
        new LossAndAccuracy(log.totals().meanLoss(), log.totals().accuracy()),
        validation,
        seconds,
        images,
        images / (seconds.dataWait() + seconds.training()),
        device.name(),
        run.plan().batchSize(),
        learningRate,
        parameters,
        Instant.now(),
        Optional.of(detail),
        rawValidation);
  }

  /**
   * Commits checkpoint, metrics, state and, after the last epoch, the end of the run: all or
   * nothing.
   *
   * @param bestBefore the best epoch before this one, 0 if there was none
   */
  void epochCompleted(EpochCompleted event, TrainingState state, EpochLog log, int bestBefore) {
    history.add(event);
    folder.save(history);
    Weights weights = state.modelWeights();
    ModelDescription model = describe(weights, event.epoch(), state.step(), event.validation());
    Commit commit = publisher.begin().checkpoint(model, weights).metrics(event);
    dropOld(commit, event.epoch(), bestBefore, log.bestEpoch());
    int bytes;
    if (event.epoch() < run.plan().epochs()) {
      bytes = commit.state(new SavedState(state, log.positionAfterEpoch())).commit();
    } else {
      bytes =
          end(
              commit.dropState(run.id()),
              RunStatus.FINISHED,
              new TrainedModel(model, weights, Optional.of(run), Optional.of(event)));
    }
    env.metrics().completed(event, bytes);
  }

  private void dropOld(Commit commit, int epoch, int bestBefore, int bestNow) {
    Optional<Integer> pinned =
        PinnedCheckpoint.epochOf(env.kafka(), env.topics().modelSelection(), run.id());
    Set<Integer> drop = env.retention().epochsToDrop(epoch, bestBefore, bestNow, pinned, spared);
    drop.forEach(old -> commit.dropCheckpoint(run.id(), old));
    spared.removeAll(drop);
    pinned.ifPresent(spared::add);
  }

  void stateSaved(TrainingState state, EpochLog log) {
    int bytes = publisher.begin().state(new SavedState(state, log.position())).commit();
    env.metrics().stateWritten(bytes);
  }

  /** Saves the model as it is, in the middle of an epoch or not, and commits the state with it. */
  void stopped(TrainingState state, EpochLog log) {
    Weights weights = state.modelWeights();
    Optional<EpochCompleted> epoch = completedJustNow(log);
    LossAndAccuracy validation =
        epoch.map(EpochCompleted::validation).orElse(new LossAndAccuracy(Double.NaN, Double.NaN));
    ModelDescription model = describe(weights, log.epoch() - 1, state.step(), validation);
    end(
        publisher.begin().state(new SavedState(state, log.position())),
        RunStatus.STOPPED,
        new TrainedModel(model, weights, Optional.of(run), epoch));
  }

  /** Deletes the batches that the committed state no longer needs; {@code last} is its newest. */
  void dropBatchesBehind(TrainableBatch last) throws InterruptedException {
    env.consumedBatches().deleteBefore(last.firstOffset());
  }

  private int end(Commit commit, RunStatus how, TrainedModel model) {
    Path file = folder.save(model);
    TrainingRun ended = run.ended(how, Instant.now(), Optional.of("model in " + file));
    folder.report(ended, history);
    int bytes = commit.run(ended).commit();
    env.runs().ledger().merge(ended);
    return bytes;
  }

  /** The last epoch, if no batch has been trained since: what it says is true of these weights. */
  private Optional<EpochCompleted> completedJustNow(EpochLog log) {
    return history.epochs().stream()
        .filter(e -> e.epoch() == log.epoch() - 1 && log.nextBatch() == 0)
        .findFirst();
  }

  private ModelDescription describe(
      Weights weights, int epoch, long step, LossAndAccuracy validation) {
    return new ModelDescription(
        run.id(),
        epoch,
        step,
        run.dataset().orElseThrow().name(),
        run.dataset().orElseThrow().classes(),
        validation.loss(),
        validation.accuracy(),
        weights.sha256(),
        Instant.now());
  }
}
