package dev.rivulet.local.command;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that describe a run; what is left out has its default. */
public final class RunOptions {
  private static final Set<String> DATASET_NAMES = Set.of("auto", "cifar10", "shapes");

  @Option(
      names = "--dataset",
      paramLabel = "SET",
      description =
          "auto, cifar10, shapes, or a path: a CIFAR-10 archive or folder, or a folder or zip with one sub-folder of images per class (train/CLASS/*.png, test/CLASS/*.png). Default: auto, which is cifar10 if it can be had.")
  private Optional<String> dataset = Optional.empty();

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data set; 10.")
  private Optional<Integer> epochs = Optional.empty();

  @Option(names = "--batch", paramLabel = "N", description = "Images per step; 32.")
  private Optional<Integer> batch = Optional.empty();

  @Option(
      names = "--augment",
      negatable = true,
      description = "Flip and shift the images afresh in every epoch, or not; on by default.")
  private Optional<Boolean> augment = Optional.empty();

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Channels of the first stage, a multiple of 8 from 8 to 128; 32.")
  private Optional<Integer> width = Optional.empty();

  @Option(
      names = "--depths",
      paramLabel = "N",
      split = ",",
      description = "Bottlenecks of the three stages; 2,4,2.")
  private List<Integer> depths = List.of();

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description = "How it is trained, original or strong; original.")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Changes a value of the recipe, for instance learningRate=0.004; may be given again. An unknown name lists all.")
  private List<String> changes = List.of();

  @Option(names = "--seed", paramLabel = "N", description = "Makes a run repeatable; 42.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Images per epoch; 0, the default, for all.")
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or gpu; auto.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "fp32, bf16 or (on a GPU) fp16, of forward and backward pass; fp32.")
  private Optional<String> precision = Optional.empty();

  /** Whether the user said anything about the run. */
  boolean given() {
    return !changes.isEmpty()
        || !depths.isEmpty()
        || Stream.of(dataset, epochs, batch, augment, width, recipe, seed, limit, device, precision)
            .anyMatch(Optional::isPresent);
  }

  /**
   * The plan for services on this machine: a path is made absolute and must exist.
   *
   * @throws IllegalArgumentException if a value is out of its range or the path does not exist
   */
  TrainingPlan planHere() {
    return plan(dataset.map(RunOptions::resolve));
  }

  /** The plan for services elsewhere: a path is theirs. */
  TrainingPlan planElsewhere() {
    return plan(dataset);
  }

  private TrainingPlan plan(Optional<String> source) {
    TrainingPlan defaults = TrainingPlan.defaults();
    return new TrainingPlan(
        source.orElse(defaults.dataset()),
        epochs.orElse(defaults.epochs()),
        batch.orElse(defaults.batchSize()),
        augment.orElse(defaults.augment()),
        width.orElse(defaults.width()),
        recipe.orElse(defaults.recipe()),
        seed.orElse(defaults.seed()),
        limit.orElse(defaults.imagesPerEpoch()),
        device.orElse(defaults.device()),
        precision.orElse(defaults.precision()),
        depths.isEmpty() ? defaults.depths() : depths,
        Recipe.changes(changes));
  }

  private static String resolve(String dataset) {
    if (dataset.isBlank() || DATASET_NAMES.contains(dataset)) {
      return dataset;
    }
    Path path = Path.of(dataset).toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "dataset '%s': no such folder or file; name one, or choose one of auto, cifar10, shapes"
              .formatted(dataset));
    }
    return path.toString();
  }
}
