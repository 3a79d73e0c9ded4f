package dev.rivulet.export.card;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.export.ClassAccuracy;
import dev.rivulet.export.TrainedModel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The README.md beside a model: what it is, what it can do, how to load it. */
public final class ModelCard {
  private final StringBuilder text = new StringBuilder();
  private final TrainedModel trained;
  private final ModelDescription model;

  private ModelCard(TrainedModel trained) {
    this.trained = trained;
    this.model = trained.description();
  }

  /** The card as Markdown. */
  public static String of(TrainedModel model) {
    ModelCard card = new ModelCard(model);
    card.opening();
    card.facts();
    card.accuracyByClass();
    card.text.append(LoadingGuide.of(model.description().classes().size()));
    card.licence();
    return card.text.toString();
  }

  private void opening() {
    line("# %s, epoch %d of run %s", escaped(model.dataset()), model.epoch(), model.run());
    line("");
    line(
        "A small convolutional network that tells which of %d classes a 32×32 RGB image shows. Rivulet trained it from a Kafka stream.",
        model.classes().size());
    line("");
    line("* `model.onnx`: network and weights; the normalisation of pixels is inside");
    line("* `model.safetensors`: the weights alone, with names and shapes as PyTorch has them");
    line("");
  }

  private void facts() {
    row("", "");
    line("|---|---|");
    row("Data set", dataset());
    row("Accuracy", accuracy());
    if (Double.isFinite(model.validationLoss())) {
      row("Validation loss", words("%.4f nats per image", model.validationLoss()));
    }
    row("Epochs", trained.run().map(this::epochs).orElse(words("%d", model.epoch())));
    trained.run().ifPresent(run -> row("Recipe", recipe(run.plan())));
    row(
        "Network",
        words(
            "%s, width %d, %,d parameters, 32-bit floats",
            trained.weights().config().toMetadata().get("architecture"),
            trained.weights().config().width(),
            trained.weights().values().length));
    row("Trained on", trained.epoch().map(EpochCompleted::device).orElse("not known"));
    row("Saved", model.createdAt().toString());
    row("SHA-256 of the weights", words("`%s`", model.sha256()));
    row(
        "Classes",
        model.classes().stream().map(ModelCard::escaped).collect(Collectors.joining(", ")));
    line("");
  }

  private String dataset() {
    String images =
        trained
            .run()
            .flatMap(TrainingRun::dataset)
            .map(
                found ->
                    words(
                        ", %,d training and %,d validation images%s",
                        found.trainImages(), found.validationImages(), warning(found)))
            .orElse("");
    return escaped(model.dataset()) + images;
  }

  private static String warning(DatasetDescription dataset) {
    return dataset.warning().map(why -> ". " + escaped(why)).orElse("");
  }

  private String accuracy() {
    return Double.isFinite(model.validationAccuracy())
        ? words("%.2f %% of the validation images", 100 * model.validationAccuracy())
        : words(
            "not measured: these weights were saved in the middle of epoch %d", model.epoch() + 1);
  }

  private String epochs(TrainingRun run) {
    return words("%d of %d, %,d steps", model.epoch(), run.plan().epochs(), model.step());
  }

  private static String recipe(TrainingPlan plan) {
    return words(
        "%s (%s), batches of %d, %s, seed %d%s",
        plan.recipeInWords(),
        plan.recipeInFull().inWords(),
        plan.batchSize(),
        plan.augment() ? "augmented afresh in every epoch" : "no augmentation",
        plan.seed(),
        plan.imagesPerEpoch() == 0
            ? ""
            : words(", at most %,d images per epoch", plan.imagesPerEpoch()));
  }

  private void accuracyByClass() {
    List<ClassAccuracy> classes =
        trained
            .epoch()
            .flatMap(EpochCompleted::validationDetail)
            .map(detail -> ClassAccuracy.of(model.classes(), detail))
            .orElse(List.of());
    if (classes.isEmpty()) {
      return;
    }
    line("## Accuracy by class");
    line("");
    line("| class | accuracy | validation images |");
    line("|---|---:|---:|");
    for (ClassAccuracy each : classes) {
      line("| %s | %s | %,d |", escaped(each.name()), percent(each), each.images());
    }
    line("");
  }

  private static String percent(ClassAccuracy each) {
    return each.images() == 0 ? "–" : words("%.1f %%", 100 * each.accuracy());
  }

  private void licence() {
    line("## Licence");
    line("");
    line(
        "Rivulet is under the Apache License 2.0 and claims no rights in what it trains: these weights are the work of whoever ran it.");
    line("%s", Licences.ofDataset(model.dataset(), model.classes()));
  }

  private void row(String name, String value) {
    line("| %s | %s |", name, value);
  }

  private void line(String format, Object... values) {
    text.append(words(format, values)).append('\n');
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A name as it is, whatever it means in Markdown. */
  private static String escaped(String name) {
    return name.replaceAll("([\\\\`*_{}\\[\\]<>|~])", "\\\\$1").replaceAll("\\s+", " ");
  }
}
