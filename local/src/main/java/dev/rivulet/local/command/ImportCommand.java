package dev.rivulet.local.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.local.model.ModelEvents;
import dev.rivulet.local.model.ModelListing;
import dev.rivulet.local.model.ModelSummary;
import dev.rivulet.local.model.SavedModel;
import dev.rivulet.local.model.ServingWatch;
import dev.rivulet.local.model.ServingWatch.Serving;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Publishes a saved model as a checkpoint, so that inference serves it. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Publishes a saved model as a checkpoint: the newest, which inference serves unless another is pinned.",
      "Its names, shapes, values and checksum are checked before."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet import data/model/20260131-174502-9f3c      what a run has left",
      "  ./rivulet import other.safetensors --name theirs --classes cat,dog"
    })
final class ImportCommand implements Callable<Integer> {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  @ParentCommand private RivuletCommand root;

  @Parameters(
      paramLabel = "DIR|FILE",
      description = "A safetensors file, or a folder with a model.safetensors.")
  private Path path;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The run that it is listed as; else what the file says, else import-SHA256.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "A,B,…",
      split = ",",
      description = "The class names in the order of its outputs; else what the file says.")
  private List<String> classes;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "What it was trained on; else what the file says.")
  private Optional<String> dataset = Optional.empty();

  @Mixin private SelectionOptions options;

  /**
   * The result as JSON.
   *
   * @param published false if it was there already
   * @param selected whether it is what inference is to serve
   * @param serving what the inference service of this machine serves; absent if that is not it
   */
  record Result(
      @JsonProperty(required = true) ModelSummary model,
      @JsonProperty(required = true) boolean published,
      @JsonProperty(required = true) boolean selected,
      Optional<Serving> serving) {}

  @Override
  public Integer call() throws InterruptedException {
    name.filter(text -> !text.matches(NAME))
        .ifPresent(
            text -> {
              throw new IllegalArgumentException(
                  "name '%s': choose letters, digits, dots and dashes".formatted(text));
            });
    SavedModel saved =
        SavedModel.read(
            path,
            new SavedModel.Labels(name, Optional.ofNullable(classes), dataset),
            Clock.systemUTC());
    Result imported = options.change(root, models -> publish(models, saved));
    Optional<ServingWatch> watch =
        imported.published() && imported.selected() ? options.watch(root) : Optional.empty();
    Result result =
        watch.isPresent()
            ? new Result(
                imported.model(),
                true,
                true,
                Optional.of(watch.get().awaitCheckpoint(imported.model())))
            : imported;
    options.json().print(root.terminal(), result, () -> text(result));
    return 0;
  }

  private static Result publish(ModelEvents models, SavedModel saved) throws InterruptedException {
    boolean published = models.publish(saved);
    ModelListing listing = models.list();
    ModelSummary model =
        listing.models().stream()
            .filter(m -> m.run().equals(saved.description().run()))
            .filter(m -> m.epoch() == saved.description().epoch())
            .findFirst()
            .orElseThrow();
    return new Result(
        model, published, listing.selected().equals(Optional.of(model)), Optional.empty());
  }

  private static String text(Result result) {
    ModelSummary model = result.model();
    String first =
        (result.published() ? "published as " : "on the topic already, with the same weights: ")
            + SelectionOptions.describe(model);
    String second =
        result
            .serving()
            .map(SelectionOptions::describe)
            .orElse(
                result.selected()
                    ? "it is what inference is to serve"
                    : "another one is selected; serve it with ./rivulet pin " + model.name());
    return first + System.lineSeparator() + second;
  }
}
