package dev.rivulet.trainer.train;

import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.trainer.consume.BatchFeed;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import dev.rivulet.trainer.consume.RunFollower;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Why a session must leave off before its last epoch, if it must. */
enum Interruption {
  /** Somebody asked the run to stop: its model is saved now. */
  STOP_REQUESTED,
  /** The service is closing; the run goes on when it is back. */
  CLOSING,
  /** Another trainer owns the batches now. */
  TAKEN_OVER,
  /** Another service ended the run, for instance because the data set is gone. */
  ENDED_ELSEWHERE;

  static Optional<Interruption> of(
      String run,
      RunFollower runs,
      ImageBatchConsumer batches,
      BatchFeed feed,
      BooleanSupplier closing) {
    if (!batches.feeds(feed)) {
      return Optional.of(TAKEN_OVER);
    }
    Optional<RunStatus> status = runs.ledger().find(run).map(TrainingRun::status);
    if (status.isEmpty() || status.get().ended()) {
      return Optional.of(ENDED_ELSEWHERE);
    }
    if (status.get() == RunStatus.STOPPING) {
      return Optional.of(STOP_REQUESTED);
    }
    return closing.getAsBoolean() ? Optional.of(CLOSING) : Optional.empty();
  }
}
