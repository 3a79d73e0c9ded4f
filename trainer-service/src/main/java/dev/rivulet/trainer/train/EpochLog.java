package dev.rivulet.trainer.train;

import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.BatchTotals;
import dev.rivulet.trainer.consume.TrainableBatch;
import dev.rivulet.trainer.measure.PhaseClock;
import dev.rivulet.trainer.measure.PhaseClock.Phase;

/**
 * Where a session stands: the batches that are in the weights, what the present epoch has come to,
 * and how long it took.
 */
final class EpochLog {
  private final TrainingRun run;
  private final int imagesPerEpoch;
  private final PhaseClock clock;
  private int epoch;
  private int nextBatch;
  private long step;
  private long nextOffset;
  private BatchTotals totals;
  private int bestEpoch;
  private double bestAccuracy;

  EpochLog(TrainingRun run, TrainerPosition from, PhaseClock clock) {
    this.run = run;
    this.imagesPerEpoch = run.plan().epochImages(run.dataset().orElseThrow().trainImages());
    this.clock = clock;
    this.epoch = from.epoch();
    this.nextBatch = from.nextBatch();
    this.step = from.step();
    this.nextOffset = from.nextOffset();
    this.totals = new BatchTotals(from.lossSum(), from.correct(), from.images());
    this.bestEpoch = from.bestEpoch();
    this.bestAccuracy = from.bestAccuracy();
    clock.reset(from.seconds());
  }

  int epoch() {
    return epoch;
  }

  int nextBatch() {
    return nextBatch;
  }

  int bestEpoch() {
    return bestEpoch;
  }

  BatchTotals totals() {
    return totals;
  }

  void trained(TrainableBatch batch) {
    nextBatch = batch.batch() + 1;
    nextOffset = batch.nextOffset();
    step++;
  }

  void add(BatchTotals more) {
    totals = totals.plus(more);
  }

  /** Takes the epoch's accuracy into account for which checkpoint is the best. */
  void validated(LossAndAccuracy validation) {
    // of equals the newest, as whoever serves the best one decides
    if (validation.accuracy() >= bestAccuracy) {
      bestAccuracy = validation.accuracy();
      bestEpoch = epoch;
    }
  }

  /** Begins the next epoch, with nothing in it and no time spent. */
  void beginNextEpoch() {
    epoch++;
    nextBatch = 0;
    totals = BatchTotals.NONE;
    clock.reset(PhaseSeconds.ZERO);
  }

  TrainerPosition position() {
    return new TrainerPosition(
        run.id(),
        run.attempt(),
        epoch,
        nextBatch,
        step,
        nextOffset,
        totals.lossSum(),
        totals.correct(),
        totals.images(),
        clock.elapsed(),
        bestEpoch,
        bestAccuracy);
  }

  /** The position that a state written at the end of this epoch must have. */
  TrainerPosition positionAfterEpoch() {
    return new TrainerPosition(
        run.id(),
        run.attempt(),
        epoch + 1,
        0,
        step,
        nextOffset,
        0,
        0,
        0,
        PhaseSeconds.ZERO,
        bestEpoch,
        bestAccuracy);
  }

  RunProgress progress(Phase phase, int imagesDone, double imagesPerSecond, String device) {
    return new RunProgress(
        run.id(),
        epoch,
        run.plan().epochs(),
        phase.label(),
        imagesDone,
        phase == Phase.VALIDATION ? run.dataset().orElseThrow().validationImages() : imagesPerEpoch,
        imagesPerSecond,
        totals.images() == 0 ? 0 : totals.meanLoss(),
        totals.images() == 0 ? 0 : totals.accuracy(),
        device);
  }
}
