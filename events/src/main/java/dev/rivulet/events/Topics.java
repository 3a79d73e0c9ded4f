package dev.rivulet.events;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.FILE_DELETE_DELAY_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_MS_CONFIG;

import dev.rivulet.events.kafka.TopicSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The names of the topics, and the settings each is created with.
 *
 * <p>Names are configuration ({@code rivulet.topics.training-runs} and so on); {@link #DEFAULT} has
 * the ones of the documentation.
 */
public record Topics(
    String trainingRuns,
    String trainingBatches,
    String validationBatches,
    String trainingMetrics,
    String trainingProgress,
    String checkpoints,
    String modelSelection,
    String trainerState,
    String images,
    String predictions,
    String imagesRejected) {

  /**
   * @throws IllegalArgumentException if a name is missing, or two topics have the same
   */
  public Topics {
    Set<String> names = new HashSet<>();
    for (String name :
        Arrays.asList(
            trainingRuns,
            trainingBatches,
            validationBatches,
            trainingMetrics,
            trainingProgress,
            checkpoints,
            modelSelection,
            trainerState,
            images,
            predictions,
            imagesRejected)) {
      if (name == null || name.isBlank()) {
        throw new IllegalArgumentException("rivulet.topics.*: a topic's name is blank");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "rivulet.topics.*: two topics are named %s; give each a name of its own"
                .formatted(name));
      }
    }
  }

  /**
   * Largest checkpoint or trainer state: room for 5 million parameters with both moments, or for 4
   * million with their averages too.
   */
  public static final int MAX_TENSOR_RECORD_BYTES = 64 << 20;

  /** Largest image event: the decoder's limit of 16 MiB and some room for headers. */
  public static final int MAX_IMAGE_RECORD_BYTES = 17 << 20;

  public static final Topics DEFAULT = named(role -> role);

  private static final int IMAGE_PARTITIONS = 4;
  private static final String UNLIMITED = "-1";

  // Small segments, quickly gone: records are deleted behind the trainer, but the broker frees
  // disk by whole segments.
  private static final String BATCH_SEGMENT_BYTES = String.valueOf(32 << 20);
  private static final String TENSOR_SEGMENT_BYTES =
      String.valueOf(MAX_TENSOR_RECORD_BYTES * 3 / 2);
  private static final String DELETE_DELAY_MILLIS = "1000";

  private static final String PROGRESS_RETENTION_MILLIS = "3600000";
  private static final String PROGRESS_SEGMENT_MILLIS = "600000";

  /** The name of each topic as {@code naming} maps its role (which is the default name). */
  public static Topics named(UnaryOperator<String> naming) {
    return new Topics(
        naming.apply("training-runs"),
        naming.apply("training-batches"),
        naming.apply("validation-batches"),
        naming.apply("training-metrics"),
        naming.apply("training-progress"),
        naming.apply("checkpoints"),
        naming.apply("model-selection"),
        naming.apply("trainer-state"),
        naming.apply("images"),
        naming.apply("predictions"),
        naming.apply("images-rejected"));
  }

  /**
   * The names that a service is configured with.
   *
   * @param given what is configured under {@code rivulet.topics.}; where that is an environment
   *     variable, its underscores have become dots
   * @param lookup finds a property's value, in the environment too
   * @throws IllegalArgumentException if a topic is named that does not exist, a name is blank, or
   *     two topics have the same
   */
  public static Topics configured(
      Collection<String> given, Function<String, Optional<String>> lookup) {
    Set<String> roles = new TreeSet<>();
    Topics topics =
        named(
            role -> {
              roles.add(role);
              return lookup.apply("rivulet.topics." + role).orElse(role);
            });
    Set<String> dotted =
        roles.stream().map(role -> role.replace('-', '.')).collect(Collectors.toSet());
    given.stream()
        .filter(name -> !dotted.contains(name.replace('-', '.')))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "rivulet.topics.%s: there is no such topic; choose from %s"
                      .formatted(name, roles));
            });
    return topics;
  }

  /** All of them. */
  public List<String> names() {
    return List.of(
        trainingRuns,
        trainingBatches,
        validationBatches,
        trainingMetrics,
        trainingProgress,
        checkpoints,
        modelSelection,
        trainerState,
        images,
        predictions,
        imagesRejected);
  }

  /** How each of them is created. */
  public List<TopicSpec> specs() {
    return List.of(
        trainingRunsSpec(),
        trainingBatchesSpec(),
        validationBatchesSpec(),
        trainingMetricsSpec(),
        trainingProgressSpec(),
        checkpointsSpec(),
        modelSelectionSpec(),
        trainerStateSpec(),
        imagesSpec(),
        predictionsSpec(),
        imagesRejectedSpec());
  }

  public TopicSpec trainingRunsSpec() {
    return compacted(trainingRuns);
  }

  public TopicSpec trainingBatchesSpec() {
    return new TopicSpec(
        trainingBatches,
        1,
        Map.of(
            CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE,
            RETENTION_MS_CONFIG, UNLIMITED,
            RETENTION_BYTES_CONFIG, UNLIMITED,
            SEGMENT_BYTES_CONFIG, BATCH_SEGMENT_BYTES,
            FILE_DELETE_DELAY_MS_CONFIG, DELETE_DELAY_MILLIS));
  }

  public TopicSpec validationBatchesSpec() {
    return compacted(validationBatches);
  }

  public TopicSpec trainingMetricsSpec() {
    return compacted(trainingMetrics);
  }

  /** Nobody needs yesterday's progress, so this topic forgets, in small segments. */
  public TopicSpec trainingProgressSpec() {
    return new TopicSpec(
        trainingProgress,
        1,
        Map.of(
            CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE,
            RETENTION_MS_CONFIG, PROGRESS_RETENTION_MILLIS,
            SEGMENT_MS_CONFIG, PROGRESS_SEGMENT_MILLIS));
  }

  public TopicSpec checkpointsSpec() {
    return compactedTensors(checkpoints);
  }

  public TopicSpec modelSelectionSpec() {
    return compacted(modelSelection);
  }

  public TopicSpec trainerStateSpec() {
    return compactedTensors(trainerState);
  }

  public TopicSpec imagesSpec() {
    return imageTopic(images);
  }

  public TopicSpec predictionsSpec() {
    return new TopicSpec(
        predictions, IMAGE_PARTITIONS, Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE));
  }

  public TopicSpec imagesRejectedSpec() {
    return imageTopic(imagesRejected);
  }

  private static TopicSpec compacted(String name) {
    return new TopicSpec(name, 1, Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT));
  }

  private static TopicSpec compactedTensors(String name) {
    return new TopicSpec(
        name,
        1,
        Map.of(
            CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT,
            MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_TENSOR_RECORD_BYTES),
            SEGMENT_BYTES_CONFIG, TENSOR_SEGMENT_BYTES,
            MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3",
            FILE_DELETE_DELAY_MS_CONFIG, DELETE_DELAY_MILLIS));
  }

  private static TopicSpec imageTopic(String name) {
    return new TopicSpec(
        name,
        IMAGE_PARTITIONS,
        Map.of(
            CLEANUP_POLICY_CONFIG,
            CLEANUP_POLICY_DELETE,
            MAX_MESSAGE_BYTES_CONFIG,
            String.valueOf(MAX_IMAGE_RECORD_BYTES)));
  }
}
