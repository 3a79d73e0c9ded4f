package dev.rivulet.events.checkpoint;

import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where in the stream a trainer state stands, and what the epoch's metrics have come to by then; in
 * the metadata of its safetensors blob.
 *
 * @param attempt the run's attempt whose records {@code nextOffset} counts
 * @param epoch the epoch that comes next or is under way, from 1
 * @param nextBatch zero-based index of the next batch of that epoch
 * @param step how many batches the weights have seen since the run began
 * @param nextOffset in {@code training-batches}: everything before it is in the weights
 * @param lossSum of the epoch's images so far
 * @param correct of the epoch's images so far
 * @param images of the epoch so far
 * @param seconds of the epoch so far
 * @param bestEpoch the epoch with the best validation accuracy so far, 0 if none is complete
 */
public record TrainerPosition(
    String run,
    int attempt,
    int epoch,
    int nextBatch,
    long step,
    long nextOffset,
    double lossSum,
    long correct,
    long images,
    PhaseSeconds seconds,
    int bestEpoch,
    double bestAccuracy) {

  /** The start of a run, whose first batch may stand anywhere in the topic. */
  public static TrainerPosition start(String run, int attempt) {
    return new TrainerPosition(
        run, attempt, 1, 0, 0, 0, 0, 0, 0, PhaseSeconds.ZERO, 0, Double.NEGATIVE_INFINITY);
  }

  /** The same place for another attempt, whose records may stand anywhere in the topic. */
  public TrainerPosition forAttempt(int other) {
    return new TrainerPosition(
        run,
        other,
        epoch,
        nextBatch,
        step,
        0,
        lossSum,
        correct,
        images,
        seconds,
        bestEpoch,
        bestAccuracy);
  }

  public Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "rivulet-trainer-state/1");
    metadata.put("run", run);
    metadata.put("attempt", String.valueOf(attempt));
    metadata.put("epoch", String.valueOf(epoch));
    metadata.put("next_batch", String.valueOf(nextBatch));
    metadata.put("step", String.valueOf(step));
    metadata.put("next_offset", String.valueOf(nextOffset));
    metadata.put("loss_sum", String.valueOf(lossSum));
    metadata.put("correct", String.valueOf(correct));
    metadata.put("images", String.valueOf(images));
    metadata.put("seconds_total", String.valueOf(seconds.total()));
    metadata.put("seconds_data_wait", String.valueOf(seconds.dataWait()));
    metadata.put("seconds_training", String.valueOf(seconds.training()));
    metadata.put("seconds_validation", String.valueOf(seconds.validation()));
    metadata.put("seconds_checkpoint", String.valueOf(seconds.checkpoint()));
    metadata.put("best_epoch", String.valueOf(bestEpoch));
    metadata.put("best_accuracy", String.valueOf(bestAccuracy));
    return metadata;
  }

  /**
   * @throws SafeTensorsException if something is missing or malformed
   */
  public static TrainerPosition fromMetadata(SafeTensors tensors) {
    try {
      return read(tensors);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new SafeTensorsException("trainer state metadata: " + e.getMessage(), e);
    }
  }

  private static TrainerPosition read(SafeTensors tensors) {
    TrainerPosition position =
        new TrainerPosition(
            tensors.metadata("run"),
            Math.toIntExact(tensors.metadataLong("attempt")),
            Math.toIntExact(tensors.metadataLong("epoch")),
            Math.toIntExact(tensors.metadataLong("next_batch")),
            tensors.metadataLong("step"),
            tensors.metadataLong("next_offset"),
            number(tensors, "loss_sum"),
            tensors.metadataLong("correct"),
            tensors.metadataLong("images"),
            new PhaseSeconds(
                number(tensors, "seconds_total"),
                number(tensors, "seconds_data_wait"),
                number(tensors, "seconds_training"),
                number(tensors, "seconds_validation"),
                number(tensors, "seconds_checkpoint")),
            Math.toIntExact(tensors.metadataLong("best_epoch")),
            number(tensors, "best_accuracy"));
    if (!position.possible()) {
      throw new SafeTensorsException("trainer state metadata: no possible place: " + position);
    }
    return position;
  }

  private boolean possible() {
    return attempt >= 0
        && epoch >= 1
        && nextBatch >= 0
        && step >= 0
        && nextOffset >= 0
        && correct >= 0
        && images >= correct
        && bestEpoch >= 0
        && bestEpoch < epoch;
  }

  private static double number(SafeTensors tensors, String key) {
    return Double.parseDouble(tensors.metadata(key));
  }
}
