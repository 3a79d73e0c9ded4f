package dev.rivulet.trainer.train;

/**
 * Says that the engine fails whatever it is to train: it is not the run's fault, and no other run
 * will fare better in this process.
 */
class BrokenEngineException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * @param failure of the run
   * @param trial what the engine said to a step that it should be able to take
   */
  BrokenEngineException(RuntimeException failure, RuntimeException trial) {
    super(
        "the engine fails at a tiny network, too (%s), so the run goes on when the service has started again: %s"
            .formatted(trial.getMessage(), failure.getMessage()),
        failure);
    addSuppressed(trial);
  }
}
