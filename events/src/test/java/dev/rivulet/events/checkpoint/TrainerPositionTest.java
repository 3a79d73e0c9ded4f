package dev.rivulet.events.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerPositionTest {
  @Test
  void readsBackEveryBitOfItsNumbers() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      double any = Double.longBitsToDouble(random.nextLong());
      TrainerPosition position = position(any, random.nextDouble());

      TrainerPosition read = TrainerPosition.fromMetadata(blob(position.toMetadata()));

      // records compare doubles by their bits
      assertThat(read)
          .isEqualTo(position(Double.isNaN(any) ? Double.NaN : any, position.bestAccuracy()));
    }
  }

  @Test
  void readsBackTheStartOfARun() {
    TrainerPosition start = TrainerPosition.start("run", 2);

    assertThat(TrainerPosition.fromMetadata(blob(start.toMetadata()))).isEqualTo(start);
    assertThat(start.epoch()).isEqualTo(1);
    assertThat(start.bestAccuracy()).isNegative().isInfinite();
  }

  @Test
  void findsItsRecordsAnewForAnotherAttempt() {
    TrainerPosition position = position(1.5, 0.5);
    TrainerPosition other = position.forAttempt(9);

    assertThat(other.attempt()).isEqualTo(9);
    assertThat(other.nextOffset()).isZero();
    assertThat(other.forAttempt(position.attempt()))
        .usingRecursiveComparison()
        .ignoringFields("nextOffset")
        .isEqualTo(position);
  }

  @Test
  void refusesMetadataThatLacksSomething() {
    for (String key : position(1, 1).toMetadata().keySet()) {
      if (key.equals("format")) {
        continue;
      }
      Map<String, String> metadata = new TreeMap<>(position(1, 1).toMetadata());
      metadata.remove(key);
      assertThatThrownBy(() -> TrainerPosition.fromMetadata(blob(metadata)))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessage("no metadata " + key);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "attempt, -1",
    "epoch, 0",
    "epoch, 4294967297",
    "next_batch, -1",
    "step, -1",
    "next_offset, -1",
    "correct, -1",
    "images, 2",
    "best_epoch, -1",
    "best_epoch, 4",
    "loss_sum, much",
    "seconds_total, ''"
  })
  void refusesAnImpossiblePlace(String key, String value) {
    Map<String, String> metadata = new TreeMap<>(position(1, 1).toMetadata());
    metadata.put(key, value);

    assertThatThrownBy(() -> TrainerPosition.fromMetadata(blob(metadata)))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageStartingWith("trainer state metadata: ");
  }

  private static TrainerPosition position(double lossSum, double bestAccuracy) {
    return new TrainerPosition(
        "run",
        1,
        4,
        17,
        Long.MAX_VALUE,
        1L << 50,
        lossSum,
        3,
        5,
        new PhaseSeconds(0.1, 1 / 3.0, Double.MIN_VALUE, 1e300, 0.1 + 0.2),
        3,
        bestAccuracy);
  }

  private static SafeTensors blob(Map<String, String> metadata) {
    return SafeTensors.read(SafeTensors.of(List.of(), metadata).toBytes());
  }
}
