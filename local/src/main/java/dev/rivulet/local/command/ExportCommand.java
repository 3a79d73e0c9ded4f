package dev.rivulet.local.command;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.export.ModelFolder;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.run.CheckpointSearch;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Makes the model folder of a run from its events. */
@Command(
    name = "export",
    sortOptions = false,
    description =
        "Writes a checkpoint of a run as model.safetensors, model.onnx and a model card, whether or not anything is running.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet export 20261123-171408-3ee8              the newest, into model/RUN",
      "  ./rivulet export 20261123-171408-3ee8 --epoch 2    into model/RUN@2",
      "  ./rivulet export 20261123-171408-3ee8 --to cats    into the folder cats",
    })
final class ExportCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  @Parameters(paramLabel = "RUN", description = "The run's id as ./rivulet runs shows it.")
  private String run;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description = "The checkpoint after that epoch; without it, the newest.")
  private Optional<Integer> epoch = Optional.empty();

  @Option(names = "--to", paramLabel = "DIR", description = "The folder to write into.")
  private Optional<Path> to = Optional.empty();

  @Mixin private JsonOption json;

  /** What {@code --json} prints. */
  private record Exported(
      String run, int epoch, double validationAccuracy, String folder, List<String> files) {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLogging.start(root);
    TrainedModel model = EventsAtRest.orRunning(root, this::find);
    ModelFolder folder = folder(model);
    try {
      folder.write(model);
    } catch (UncheckedIOException e) {
      throw new CommandFailedException(e.getMessage(), e);
    }
    report(model, folder);
    return 0;
  }

  private TrainedModel find(KafkaConnection kafka) {
    return new CheckpointSearch(kafka, root.topics(), root.terminal()::note).find(run, epoch);
  }

  private ModelFolder folder(TrainedModel model) {
    if (to.isPresent()) {
      return new ModelFolder(to.get().toAbsolutePath().normalize());
    }
    if (epoch.isPresent()) {
      return new ModelFolder(root.dataFolder().model(run + "@" + epoch.get()));
    }
    ModelFolder folder = new ModelFolder(root.dataFolder().model(run));
    // a stopped run's model may be from the middle of an epoch, and no checkpoint has it
    folder
        .savedStep()
        .filter(step -> step > model.description().step())
        .ifPresent(
            step -> {
              throw new CommandFailedException(
                  "%s holds the model after step %d, newer than the newest checkpoint (epoch %d, step %d); to have that one, say --epoch %d or --to DIR"
                      .formatted(
                          folder.path(),
                          step,
                          model.description().epoch(),
                          model.description().step(),
                          model.description().epoch()));
            });
    return folder;
  }

  private void report(TrainedModel model, ModelFolder folder) {
    List<String> files =
        List.of(folder.weights(), folder.onnx(), folder.card()).stream()
            .map(Path::toString)
            .toList();
    ModelDescription description = model.description();
    json.print(
        root.terminal(),
        new Exported(
            description.run(),
            description.epoch(),
            description.validationAccuracy(),
            folder.path().toString(),
            files),
        () ->
            String.format(
                Locale.ROOT,
                "run %s epoch %d, validation accuracy %.2f %%%nwritten: %s",
                description.run(),
                description.epoch(),
                100 * description.validationAccuracy(),
                String.join(System.lineSeparator() + "written: ", files)));
  }
}
