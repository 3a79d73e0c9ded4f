package dev.rivulet.trainer.checkpoint;

import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.network.TrainingState;
import java.util.Optional;

/**
 * All that training goes on from: weights and moments, and the place in the stream they stand at.
 */
public record SavedState(TrainingState training, TrainerPosition position) {

  /** The blob on {@code trainer-state}. */
  public byte[] toBytes() {
    return training.toSafeTensors(position.toMetadata()).toBytes();
  }

  /**
   * @throws SafeTensorsException if the blob is no trainer state
   */
  public static SavedState fromBytes(byte[] blob) {
    SafeTensors tensors = SafeTensors.read(blob);
    return new SavedState(
        TrainingState.fromSafeTensors(tensors), TrainerPosition.fromMetadata(tensors));
  }

  /**
   * The newest committed state of a run, placed for its present attempt.
   *
   * @throws SafeTensorsException if it is not readable
   */
  public static Optional<SavedState> findNewest(TopicTail tail, String topic, TrainingRun run) {
    return tail.findLast(topic, record -> run.id().equals(record.key()))
        .filter(record -> record.value() != null)
        .map(record -> fromBytes(record.value()))
        .map(state -> state.forAttempt(run.attempt()));
  }

  private SavedState forAttempt(int attempt) {
    return position.attempt() == attempt
        ? this
        : new SavedState(training, position.forAttempt(attempt));
  }
}
