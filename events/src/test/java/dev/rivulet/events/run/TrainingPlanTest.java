package dev.rivulet.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
