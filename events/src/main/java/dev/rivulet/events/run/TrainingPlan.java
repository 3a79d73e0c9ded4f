package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run is to do: everything that its weights depend on.
 *
 * @param dataset {@code auto}, {@code cifar10}, {@code shapes} or a path that ingest-service can
 *     read
 * @param epochs 1 to 100,000
 * @param batchSize images per step, 1 to 16,384
 * @param augment whether images are flipped and shifted afresh in every epoch
 * @param width channels of the first stage, a multiple of 8 from 8 to 128
 * @param recipe how it is trained; the name of a {@link Recipe}
 * @param seed of the initial weights, the order, the augmentation and the dropout
 * @param imagesPerEpoch how many images an epoch takes of the shuffled data set; 0 for all
 * @param device {@code auto}, {@code cpu} or {@code gpu}
 * @param precision of the arithmetic; see {@link #PRECISIONS}
 * @param depths bottlenecks of the three stages, 1 to 16 each; none, as in older events, means 2,
 *     4, 2
 * @param changes values of the recipe that are other than its own, by their settings' labels
 */
public record TrainingPlan(
    @JsonProperty(required = true) String dataset,
    @JsonProperty(required = true) int epochs,
    @JsonProperty(required = true) int batchSize,
    @JsonProperty(required = true) boolean augment,
    @JsonProperty(required = true) int width,
    @JsonProperty(required = true) String recipe,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) int imagesPerEpoch,
    @JsonProperty(required = true) String device,
    @JsonProperty(required = true) String precision,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Integer> depths,
    @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, Double> changes) {

  public static final Set<String> DEVICES = Set.of("auto", "cpu", "gpu");
  public static final Set<String> PRECISIONS = Set.of("fp32", "bf16", "fp16");
  public static final int MAX_EPOCHS = 100_000;
  public static final int MAX_BATCH_SIZE = 16_384;
  public static final int MIN_WIDTH = 8;
  public static final int MAX_WIDTH = 128;
  private static final int WIDTH_STEP = 8;
  private static final List<Integer> USUAL_DEPTHS = List.of(2, 4, 2);
  private static final int MAX_DEPTH = 16;

  /** The original's settings: ten epochs of CIFAR-10, batches of 32, augmented. */
  public static TrainingPlan defaults() {
    return new TrainingPlan("auto", 10, 32, true, 32, "original", 42, 0, "auto", "fp32");
  }

  /**
   * @throws IllegalArgumentException if a value is out of its range, naming the value and the range
   */
  public TrainingPlan {
    require(dataset != null && !dataset.isBlank(), "dataset: name one, or a path");
    requireRange("epochs", epochs, 1, MAX_EPOCHS);
    requireRange("batch", batchSize, 1, MAX_BATCH_SIZE);
    requireRange("width", width, MIN_WIDTH, MAX_WIDTH);
    require(width % WIDTH_STEP == 0, "width %d: choose a multiple of 8".formatted(width));
    require(imagesPerEpoch >= 0, "limit %d: 0 (all images) or more".formatted(imagesPerEpoch));
    requireOneOf("device", device, DEVICES);
    requireOneOf("precision", precision, PRECISIONS);
    depths = depths.isEmpty() ? USUAL_DEPTHS : depths;
    require(
        depths.size() == USUAL_DEPTHS.size()
            && depths.stream().allMatch(d -> d != null && d >= 1 && d <= MAX_DEPTH),
        "depths %s: choose three numbers from 1 to %d, for instance 2,4,2"
            .formatted(depths, MAX_DEPTH));
    depths = List.copyOf(depths);
    changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
    Recipe.named(recipe).with(changes);
  }

  /** A plan with the usual depths and a recipe's own values; see the other constructor. */
  public TrainingPlan(
      String dataset,
      int epochs,
      int batchSize,
      boolean augment,
      int width,
      String recipe,
      long seed,
      int imagesPerEpoch,
      String device,
      String precision) {
    this(
        dataset,
        epochs,
        batchSize,
        augment,
        width,
        recipe,
        seed,
        imagesPerEpoch,
        device,
        precision,
        USUAL_DEPTHS,
        Map.of());
  }

  /** How it is trained: the recipe's values, and the changed ones. */
  public Recipe recipeInFull() {
    return Recipe.named(recipe).with(changes);
  }

  /** The recipe's name, and what is other than in it, for people. */
  public String recipeInWords() {
    return changes.isEmpty() ? recipe : recipe + " with " + Recipe.inWords(changes);
  }

  /** Steps of the whole run. */
  public long steps(int trainImages) {
    return (long) epochs * epochBatches(trainImages);
  }

  /** How many images an epoch takes of a data set of {@code trainImages}. */
  public int epochImages(int trainImages) {
    return imagesPerEpoch == 0 ? trainImages : Math.min(imagesPerEpoch, trainImages);
  }

  /** How many batches an epoch has; the last one may be smaller than the others. */
  public int epochBatches(int trainImages) {
    return (epochImages(trainImages) + batchSize - 1) / batchSize;
  }

  private static void requireRange(String name, int value, int least, int most) {
    require(
        value >= least && value <= most,
        "%s %d: choose a number from %d to %d".formatted(name, value, least, most));
  }

  private static void requireOneOf(String name, String value, Set<String> known) {
    require(
        value != null && known.contains(value),
        "%s '%s': choose one of %s"
            .formatted(name, value, String.join(", ", new TreeSet<>(known))));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
