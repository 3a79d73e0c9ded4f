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
  /**
   * Another service ended the run, for instance because the data set is gone; it may have been
   * resumed since.
   */
  ENDED_ELSEWHERE;

  static Optional<Interruption> of(
      TrainingRun run,
      RunFollower runs,
      ImageBatchConsumer batches,
      BatchFeed feed,
      BooleanSupplier closing) {
    if (!batches.feeds(feed)) {
      return Optional.of(TAKEN_OVER);
    }
    Optional<TrainingRun> now = runs.ledger().find(run.id());
    if (now.isEmpty() || now.get().status().ended() || now.get().attempt() != run.attempt()) {
      return Optional.of(ENDED_ELSEWHERE);
    }
    if (now.get().status() == RunStatus.STOPPING) {
      return Optional.of(STOP_REQUESTED);
    }
    return closing.getAsBoolean() ? Optional.of(CLOSING) : Optional.empty();
  }
}
