package dev.rivulet.local.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.RunningInstance;
import dev.rivulet.local.model.InferenceClient;
import dev.rivulet.local.model.ModelEvents;
import dev.rivulet.local.model.ModelSummary;
import dev.rivulet.local.model.ServingWatch;
import dev.rivulet.local.model.ServingWatch.Serving;
import dev.rivulet.local.progress.ModelTable;
import dev.rivulet.local.progress.PlainText;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands have in common that decide which model serves. */
public final class SelectionOptions {
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long the inference service of this machine may take to follow; ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Mixin private JsonOption json;

  /** Something that is done to the models of a cluster. */
  interface Change<T> {
    T of(ModelEvents models) throws InterruptedException;
  }

  /**
   * The result as JSON.
   *
   * @param model which checkpoint the selection means; absent if there is none yet
   * @param serving what the inference service of this machine serves; absent if none runs here
   */
  record Result(
      @JsonProperty(required = true) ModelSelection selection,
      Optional<ModelSummary> model,
      Optional<Serving> serving) {}

  JsonOption json() {
    return json;
  }

  /** Publishes a selection and waits until the inference service of this machine follows. */
  void select(RivuletCommand root, Change<ModelEvents.Selected> change)
      throws InterruptedException {
    ModelEvents.Selected selected = change(root, change);
    Optional<ServingWatch> watch = selected.model().isPresent() ? watch(root) : Optional.empty();
    Optional<Serving> serving = Optional.empty();
    if (watch.isPresent()) {
      serving = Optional.of(watch.get().awaitSelected(selected.selection()));
    }
    Result result = new Result(selected.selection(), selected.model(), serving);
    json.print(root.terminal(), result, () -> text(result));
  }

  /**
   * Does something to the models of the cluster that runs.
   *
   * @throws CommandFailedException if none runs
   */
  <T> T change(RivuletCommand root, Change<T> change) throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException(
          "timeout %d: choose a second or more".formatted(timeoutSeconds));
    }
    CommandLogging.start(root);
    KafkaConnection kafka =
        ClusterConnection.find(root)
            .orElseThrow(() -> ClusterConnection.nothingRuns(root.dataFolder()));
    try (ModelEvents models =
        ModelEvents.read(kafka, root.topics(), Clock.systemUTC(), root.terminal()::note)) {
      return change.of(models);
    }
  }

  /** Watches the inference service of this machine, if the command is about it. */
  Optional<ServingWatch> watch(RivuletCommand root) {
    if (root.bootstrap().isPresent()) {
      return Optional.empty();
    }
    return RunningInstance.find(root.dataFolder())
        .map(
            instance ->
                new ServingWatch(
                    new InferenceClient(instance.inference()), Duration.ofSeconds(timeoutSeconds)));
  }

  private static String text(Result result) {
    String what =
        result
            .model()
            .map(model -> ": " + describe(model))
            .orElse(", and there is no checkpoint yet");
    String selected = "selected " + result.selection().inWords() + what;
    return result
        .serving()
        .map(serving -> selected + System.lineSeparator() + describe(serving))
        .orElse(selected);
  }

  static String describe(ModelSummary model) {
    return PlainText.line(
        "%s (%s, validation accuracy %s)"
            .formatted(model.name(), model.dataset(), ModelTable.accuracy(model)));
  }

  static String describe(Serving serving) {
    return "%s serves %s@%d, after %s s"
        .formatted(serving.inference(), serving.run(), serving.epoch(), serving.seconds());
  }
}
