package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.classify.ImageClassification;
import dev.rivulet.local.classify.ImageFiles;
import dev.rivulet.local.classify.ImageOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Publishes image files and prints what the network sees in them. */
@Command(
    name = "classify",
    sortOptions = false,
    description =
        "Publishes image files to the images topic and prints the predictions; exit code 1 if one was rejected or none came.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet classify cat.png photos/             files and folders of images",
      "  ./rivulet classify --json cat.png | jq '.[0].prediction.probabilities'",
      "  ./rivulet classify --bootstrap kafka:9092 cat.png"
    })
final class ClassifyCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "PNG, JPEG, BMP or GIF files, 3,072 raw RGB bytes, or folders of images.")
  private List<Path> named;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait; ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException(
          "timeout %d: choose a second or more".formatted(timeoutSeconds));
    }
    List<Path> files = ImageFiles.of(named);
    CommandLogging.start(root);
    KafkaConnection kafka =
        ClusterConnection.find(root)
            .orElseThrow(() -> ClusterConnection.nothingRuns(root.dataFolder()));
    List<ImageOutcome> outcomes =
        new ImageClassification(kafka, root.topics())
            .classify(files, Duration.ofSeconds(timeoutSeconds), this::show);
    if (json.format() == ResultFormat.JSON) {
      root.terminal().printJson(ResultFormat.json(outcomes));
    }
    requireAll(outcomes);
    return 0;
  }

  private void show(ImageOutcome outcome) {
    if (json.format() == ResultFormat.TEXT) {
      root.terminal().print(outcome.line());
    }
  }

  private void requireAll(List<ImageOutcome> outcomes) {
    long missing =
        outcomes.stream().filter(o -> o.prediction().isEmpty() && o.error().isEmpty()).count();
    if (missing > 0) {
      throw new CommandFailedException(
          "%d of %d images have no outcome after %d s; they wait in Kafka: is there a checkpoint yet (./rivulet runs)? Else wait longer with --timeout"
              .formatted(missing, outcomes.size(), timeoutSeconds));
    }
    long rejected = outcomes.stream().filter(outcome -> outcome.error().isPresent()).count();
    if (rejected > 0) {
      throw new CommandFailedException(
          "%d of %d images were rejected; their reasons are above"
              .formatted(rejected, outcomes.size()));
    }
  }
}
