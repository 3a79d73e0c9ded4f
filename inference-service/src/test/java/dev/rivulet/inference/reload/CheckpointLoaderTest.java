package dev.rivulet.inference.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.network.CheckpointRefusedException;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckpointLoaderTest {
  private static final TinyCheckpoint GOOD = TinyCheckpoint.of("run", 3);

  private final CheckpointLoader loader =
      new CheckpointLoader(ComputeDevice.select("cpu", 1), 8, Clock.systemUTC());

  @Test
  void loadsAGoodCheckpoint() {
    ServedModel model = loader.load(GOOD.blob());
    try {
      assertThat(model.description()).isEqualTo(GOOD.description());
      assertThat(model.probabilities(new byte[2 * 3072], 2)).hasDimensions(2, 4);
    } finally {
      model.release();
    }
  }

  @Test
  void refusesWhateverBitIsFlipped() {
    byte[] good = GOOD.blob();
    int dataFrom = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      int position = dataFrom + random.nextInt(good.length - dataFrom);
      bad[position] ^= (byte) (1 << random.nextInt(8));
      assertThat(catchThrowable(() -> loader.load(bad)))
          .as("bit flipped in byte %d", position)
          .isInstanceOf(CheckpointRefusedException.class);
    }
  }

  @Test
  void refusesOrLoadsButNeverFailsWhateverHeaderByteChanges() {
    byte[] good = GOOD.blob();
    int dataFrom = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(dataFrom)] = (byte) random.nextInt();
      try {
        // a changed letter in the run's name, say, is no damage that anybody can see
        loader.load(bad).release();
      } catch (CheckpointRefusedException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void refusesWhereverItIsCutOff() {
    byte[] good = GOOD.blob();
    for (int length = 0; length < good.length; length += 97) {
      byte[] cut = Arrays.copyOf(good, length);
      assertRefused(cut, RefusalReason.FORMAT);
    }
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    assertRefused(GOOD.withWeight(7, Float.NaN).blob(), RefusalReason.WEIGHTS);
    assertRefused(GOOD.withWeight(7, Float.NEGATIVE_INFINITY).blob(), RefusalReason.WEIGHTS);
  }

  @Test
  void refusesFiniteWeightsWhoseAnswersAreNot() {
    int last = GOOD.weights().values().length - 1;
    TinyCheckpoint overflowing =
        GOOD.withWeight(last, Float.MAX_VALUE).withWeight(last - 1, -Float.MAX_VALUE);
    for (int i = 0; i < 600; i++) {
      overflowing = overflowing.withWeight(i, Float.MAX_VALUE);
    }
    assertRefused(overflowing.blob(), RefusalReason.ANSWERS);
  }

  @Test
  void refusesTensorsOfOtherShapes() {
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : SafeTensors.read(GOOD.blob()).tensors()) {
      List<Integer> flat = List.of(tensor.elements());
      tensors.add(new Tensor(tensor.name(), tensor.type(), flat, tensor.data()));
    }
    Map<String, String> metadata = SafeTensors.read(GOOD.blob()).metadata();
    assertRefused(SafeTensors.of(tensors, metadata).toBytes(), RefusalReason.WEIGHTS);
  }

  @Test
  void refusesAHeaderThatPromisesAnotherNetwork() {
    assertRefused(GOOD.blobWith(Map.of("width", "16")), RefusalReason.WEIGHTS);
    assertRefused(GOOD.blobWith(Map.of("depths", "99999999")), RefusalReason.WEIGHTS);
    assertRefused(GOOD.blobWith(Map.of("architecture", "other")), RefusalReason.WEIGHTS);
  }

  @Test
  void refusesAHeaderLongerThanTheBlob() {
    byte[] lying = GOOD.blob();
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    assertRefused(lying, RefusalReason.FORMAT);
  }

  @Test
  void refusesAnotherChecksum() {
    assertRefused(GOOD.blobWith(Map.of("sha256", "00".repeat(32))), RefusalReason.CHECKSUM);
  }

  @Test
  void refusesClassNamesThatDoNotMatchTheOutputs() {
    assertRefused(TinyCheckpoint.of("run", 1, List.of("ant", "bee")).blob(), RefusalReason.CLASSES);
    assertRefused(
        TinyCheckpoint.of("run", 1, List.of("ant", "bee", "ant", "dog")).blob(),
        RefusalReason.CLASSES);
  }

  @Test
  void refusesNamesThatNoPredictionCouldCarry() {
    assertRefused(GOOD.blobWith(Map.of("run", "x".repeat(1_000))), RefusalReason.DESCRIPTION);
    assertRefused(
        GOOD.blobWith(Map.of("class_names", "[\"ant\",\"bee\",\"cat\",\"\\ud800\"]")),
        RefusalReason.DESCRIPTION);
    assertRefused(GOOD.blobWith(Map.of("epoch", "three")), RefusalReason.DESCRIPTION);
  }

  private void assertRefused(byte[] blob, RefusalReason reason) {
    assertThatThrownBy(() -> loader.load(blob))
        .isInstanceOfSatisfying(
            CheckpointRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
