package dev.rivulet.export.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.export.ModelFolder;
import dev.rivulet.export.Samples;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  private static final Weights WEIGHTS = Samples.weights(NetworkConfig.of(8, 10));
  private static final TrainingRun RUN = Samples.run("cifar10", Samples.CIFAR_CLASSES, 3);

  @Test
  void saysWhatTheModelIs() {
    String card = ModelCard.of(model(Samples.model()));

    assertThat(card)
        .startsWith("# cifar10, epoch 2 of run " + Samples.RUN)
        .contains("| Data set | cifar10, 50,000 training and 40 validation images |")
        .contains("| Accuracy | 55.00 % of the validation images |")
        .contains("| Epochs | 2 of 3, 128 steps |")
        .contains("batches of 32, augmented afresh in every epoch, seed 42")
        .contains("width 8, %,d parameters".formatted(WEIGHTS.values().length))
        .contains("airplane, automobile")
        .contains("| airplane | 100.0 % | 4 |")
        .contains("| truck | 0.0 % | 4 |")
        .contains("```python", "```java", "```js", "float [n, 10]")
        .contains("Alex Krizhevsky")
        .doesNotContain("null", "NaN", "Optional", "CLASSES");
  }

  @Test
  void saysThatAModelFromTheMiddleOfAnEpochIsNotMeasured() {
    ModelDescription unmeasured = description("cifar10", Samples.CIFAR_CLASSES, Double.NaN);
    String card =
        ModelCard.of(new TrainedModel(unmeasured, WEIGHTS, Optional.of(RUN), Optional.empty()));

    assertThat(card)
        .contains("not measured: these weights were saved in the middle of epoch 3")
        .doesNotContain("NaN", "Accuracy by class");
  }

  @Test
  void needsNoEventsOfTheRun() {
    ModelDescription model = description("photos", List.of("a|b", "*c*\nd"), 0.5);
    Weights weights = Samples.weights(NetworkConfig.of(8, 2));
    String card =
        ModelCard.of(new TrainedModel(model, weights, Optional.empty(), Optional.empty()));

    assertThat(card).contains("a\\|b, \\*c\\* d").contains("State it here");
  }

  @Test
  void liesBesideTheModelInBothFormats(@TempDir Path folder) throws IOException {
    ModelFolder model = new ModelFolder(folder.resolve("model/run"));
    model.write(model(Samples.model()));

    SafeTensors weights = SafeTensors.read(Files.readAllBytes(model.weights()));
    assertThat(Weights.fromSafeTensors(weights)).isEqualTo(WEIGHTS);
    assertThat(model.onnx()).isNotEmptyFile();
    assertThat(model.card()).content().isEqualTo(ModelCard.of(model(Samples.model())));
    try (var files = Files.list(model.path())) {
      assertThat(files).hasSize(3);
    }
  }

  private static TrainedModel model(ModelDescription description) {
    return new TrainedModel(
        description, WEIGHTS, Optional.of(RUN), Optional.of(Samples.epochs(RUN, 2).get(1)));
  }

  private static ModelDescription description(
      String dataset, List<String> classes, double accuracy) {
    ModelDescription sample = Samples.model();
    return new ModelDescription(
        sample.run(),
        sample.epoch(),
        sample.step(),
        dataset,
        classes,
        accuracy,
        accuracy,
        sample.sha256(),
        sample.createdAt());
  }
}
