package dev.rivulet.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|32|32|0|epochs 0: choose a number from 1 to 100000",
        "100001|32|32|0|epochs 100001: choose a number from 1 to 100000",
        "10|0|32|0|batch 0: choose a number from 1 to 16384",
        "10|16385|32|0|batch 16385: choose a number from 1 to 16384",
        "10|32|0|0|width 0: choose a number from 8 to 128",
        "10|32|136|0|width 136: choose a number from 8 to 128",
        "10|32|12|0|width 12: choose a multiple of 8",
        "10|32|32|-1|limit -1: 0 (all images) or more",
      })
  void namesTheValueAndTheRange(int epochs, int batch, int width, int limit, String message) {
    assertThatThrownBy(() -> plan("auto", epochs, batch, width, "original", limit, "cpu", "fp32"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void namesWhatOneCanChoose() {
    assertThatThrownBy(() -> plan("auto", 1, 1, 8, "best", 0, "cpu", "fp32"))
        .hasMessageStartingWith("recipe 'best': choose one of ")
        .hasMessageContaining("original");
    assertThatThrownBy(() -> plan("auto", 1, 1, 8, "original", 0, "tpu", "fp32"))
        .hasMessage("device 'tpu': choose one of auto, cpu, gpu");
    assertThatThrownBy(() -> plan("auto", 1, 1, 8, "original", 0, null, "fp32"))
        .hasMessage("device 'null': choose one of auto, cpu, gpu");
    assertThatThrownBy(() -> plan("auto", 1, 1, 8, "original", 0, "cpu", "fp8"))
        .hasMessageStartingWith("precision 'fp8': choose one of ")
        .hasMessageContaining("fp32");
    assertThatThrownBy(() -> plan(" ", 1, 1, 8, "original", 0, "cpu", "fp32"))
        .hasMessage("dataset: name one, or a path");
    assertThatThrownBy(() -> plan(null, 1, 1, 8, "original", 0, "cpu", "fp32"))
        .hasMessage("dataset: name one, or a path");
  }

  @Test
  void refusesDepthsAndChangesThatMakeNoSense() {
    for (List<Integer> depths : List.of(List.of(2, 4), List.of(2, 0, 2), List.of(17, 1, 1))) {
      assertThatThrownBy(() -> plan(depths, Map.of()))
          .hasMessageStartingWith("depths " + depths + ": choose three numbers from 1 to 16");
    }
    assertThatThrownBy(() -> plan(List.of(), Map.of("momentum", 0.9)))
        .hasMessageStartingWith("recipe setting 'momentum': choose one of ")
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> plan(List.of(), Map.of("labelSmoothing", 1.0)))
        .hasMessage("labelSmoothing 1: choose a number from 0 to 0.9");
    assertThatThrownBy(() -> plan(List.of(), Map.of("dropout", 0.25)))
        .hasMessage("dropout 0.25: choose 0 or 0.5");
  }

  @Test
  void olderEventsMeanTheUsualDepthsAndTheRecipesOwnValues() {
    String json =
        """
        {"dataset": "shapes", "epochs": 1, "batchSize": 32, "augment": true, "width": 16,
         "recipe": "original", "seed": 42, "imagesPerEpoch": 0, "device": "cpu",
         "precision": "fp32"}""";
    TrainingPlan plan = EventJson.read(json.getBytes(StandardCharsets.UTF_8), TrainingPlan.class);

    assertThat(plan)
        .isEqualTo(new TrainingPlan("shapes", 1, 32, true, 16, "original", 42, 0, "cpu", "fp32"))
        .isEqualTo(EventJson.read(EventJson.write(plan), TrainingPlan.class));
    assertThat(plan.depths()).containsExactly(2, 4, 2);
    assertThat(plan.recipeInFull()).isEqualTo(Recipe.ORIGINAL);
  }

  @Test
  void comesBackWithItsChanges() {
    TrainingPlan plan = plan(List.of(1, 1, 1), Recipe.changes(List.of("mixup=0.5", "beta2 = 0.9")));

    assertThat(EventJson.read(EventJson.write(plan), TrainingPlan.class)).isEqualTo(plan);
    assertThat(plan.recipeInWords()).isEqualTo("strong with beta2=0.9 mixup=0.5");
    assertThat(plan.recipeInFull().value(RecipeSetting.MIXUP)).isEqualTo(0.5);
    assertThat(plan.recipeInFull().value(RecipeSetting.AVERAGING))
        .isEqualTo(Recipe.STRONG.value(RecipeSetting.AVERAGING));
  }

  @Test
  void mixesNoMoreImagesThanThereAre() {
    Recipe all = Recipe.STRONG.with(Recipe.changes(List.of("mixup=0.4", "cutmix=0.6")));
    assertThat(all.value(RecipeSetting.CUTMIX)).isEqualTo(0.6);
    assertThatThrownBy(() -> all.with(Map.of("mixup", 0.5)))
        .hasMessage(
            "mixup and cutmix are shares of the images, but together 1.1; choose less of one");
  }

  @Test
  void refusesChangesThatAreNone() {
    for (String typed : List.of("mixup", "mixup=", "mixup=much", "=")) {
      assertThatThrownBy(() -> Recipe.changes(List.of(typed)))
          .hasMessage(
              "recipe setting '%s': write NAME=NUMBER, for instance learningRate=0.004"
                  .formatted(typed));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 8", "100000, 16384, 128"})
  void takesTheEndsOfItsRanges(int epochs, int batch, int width) {
    TrainingPlan plan = plan("/a/path", epochs, batch, width, "original", 0, "gpu", "fp32");

    assertThat(plan.epochs()).isEqualTo(epochs);
    assertThat(plan.batchSize()).isEqualTo(batch);
    assertThat(plan.width()).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "50000, 0, 32, 50000, 1563",
    "50000, 1000, 32, 1000, 32",
    "50000, 60000, 32, 50000, 1563",
    "64, 0, 32, 64, 2",
    "65, 0, 32, 65, 3",
    "1, 0, 16384, 1, 1"
  })
  void countsImagesAndBatchesOfAnEpoch(
      int trainImages, int limit, int batchSize, int images, int batches) {
    TrainingPlan plan = plan("auto", 1, batchSize, 8, "original", limit, "cpu", "fp32");

    assertThat(plan.epochImages(trainImages)).isEqualTo(images);
    assertThat(plan.epochBatches(trainImages)).isEqualTo(batches);
  }

  private static TrainingPlan plan(List<Integer> depths, Map<String, Double> changes) {
    return new TrainingPlan(
        "shapes", 1, 32, true, 8, "strong", 42, 0, "cpu", "fp32", depths, changes);
  }

  private static TrainingPlan plan(
      String dataset,
      int epochs,
      int batch,
      int width,
      String recipe,
      int limit,
      String device,
      String precision) {
    return new TrainingPlan(
        dataset, epochs, batch, true, width, recipe, 42, limit, device, precision);
  }
}
