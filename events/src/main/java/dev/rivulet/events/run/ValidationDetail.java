package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * What the network took the validation images for, after an epoch: a pure function of its weights.
 *
 * @param confusion images by true class (rows) and predicted class (columns), in the order of the
 *     class names; absent above {@link #MAX_CONFUSION_CLASSES} classes, where it would not fit into
 *     an event
 * @param mistakes the most confident wrong answers, the most confident first; at most {@link
 *     #MAX_MISTAKES}
 */
public record ValidationDetail(
    Optional<List<List<Integer>>> confusion,
    @JsonProperty(required = true) List<Mistake> mistakes) {
  public static final int MAX_CONFUSION_CLASSES = 100;
  public static final int MAX_MISTAKES = 16;

  /**
   * A wrong answer.
   *
   * @param index of the image in the validation set, counted over all its batches in their order
   * @param label what it is, an index into the class names
   * @param predicted what the network took it for
   * @param confidence the network's probability for that, 0 to 1
   */
  public record Mistake(
      @JsonProperty(required = true) int index,
      @JsonProperty(required = true) int label,
      @JsonProperty(required = true) int predicted,
      @JsonProperty(required = true) double confidence) {}

  public ValidationDetail {
    confusion =
        confusion == null
            ? Optional.empty()
            : confusion.map(rows -> rows.stream().map(List::copyOf).toList());
    mistakes = List.copyOf(mistakes);
  }
}
