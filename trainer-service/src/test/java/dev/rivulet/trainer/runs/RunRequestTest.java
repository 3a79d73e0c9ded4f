package dev.rivulet.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.run.TrainingPlan;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunRequestTest {
  @Test
  void takesTheDefaultOfWhateverIsLeftOut() {
    assertThat(read("{}").plan()).isEqualTo(TrainingPlan.defaults());
    TrainingPlan plan = read("{\"epochs\": 3, \"augment\": false}").plan();
    assertThat(plan.epochs()).isEqualTo(3);
    assertThat(plan.augment()).isFalse();
    assertThat(plan.batchSize()).isEqualTo(32);
  }

  @Test
  void namesTheRangeOfABadValue() {
    assertThatThrownBy(() -> read("{\"batchSize\": 0}").plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch 0: choose a number from 1 to 16384");
  }

  @Test
  void takesDepthsAndChangesOfTheRecipe() {
    TrainingPlan plan =
        read("{\"recipe\": \"strong\", \"depths\": [1, 1, 1], \"changes\": {\"mixup\": 0.5}}")
            .plan();
    assertThat(plan.depths()).containsExactly(1, 1, 1);
    assertThat(plan.recipeInWords()).isEqualTo("strong with mixup=0.5");
    assertThatThrownBy(() -> read("{\"depths\": [1, null, 1]}").plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("depths [1, null, 1]: choose");
    assertThatThrownBy(() -> read("{\"changes\": {\"mixup\": null}}").plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mixup: no value");
  }

  private static RunRequest read(String json) {
    return EventJson.read(json.getBytes(StandardCharsets.UTF_8), RunRequest.class);
  }
}
