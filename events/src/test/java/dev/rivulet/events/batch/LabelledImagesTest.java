package dev.rivulet.events.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.events.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledImagesTest {
  @ParameterizedTest
  @CsvSource({"0, U8", "255, U8", "256, U16", "65535, U16"})
  void readsBackLabelsOfBothWidths(int label, TensorType type) {
    LabelledImages images = images(3, label);
    SafeTensors blob = SafeTensors.read(images.toTensors(Map.of("k", "v")).toBytes());

    assertThat(blob.tensor("labels").type()).isEqualTo(type);
    assertThat(blob.tensor("images").shape()).containsExactly(3, 32, 32, 3);
    assertThat(blob.metadata()).containsExactly(Map.entry("k", "v"));
    LabelledImages read = LabelledImages.fromTensors(blob);
    assertThat(read.images()).isEqualTo(images.images());
    assertThat(read.labels()).isEqualTo(images.labels());
    assertThat(read.size()).isEqualTo(3);
  }

  @Test
  void mayBeEmpty() {
    LabelledImages none = new LabelledImages(new byte[0], new int[0]);

    assertThat(
            LabelledImages.fromTensors(SafeTensors.read(none.toTensors(Map.of()).toBytes())).size())
        .isZero();
  }

  @Test
  void readsBackAndCutsAndJoinsMixedImages() {
    int[] second = {300, 1, 2};
    LabelledImages plain = images(3, 9);
    LabelledImages mixed =
        new LabelledImages(
            plain.images(),
            plain.labels(),
            Optional.of(new Mixture(second, new float[] {0, 0.25f, 0.5f})));

    LabelledImages read =
        LabelledImages.fromTensors(SafeTensors.read(mixed.toTensors(Map.of()).toBytes()));
    assertThat(read).usingRecursiveComparison().isEqualTo(mixed);
    assertThat(LabelledImages.join(List.of(mixed.slice(0, 2), mixed.slice(2, 3))))
        .usingRecursiveComparison()
        .isEqualTo(mixed);
    assertThatThrownBy(() -> LabelledImages.join(List.of(mixed, plain)))
        .hasMessage("3 second labels for 6 images");
  }

  @Test
  void refusesAMixtureThatCannotBe() {
    assertThatThrownBy(() -> new Mixture(new int[2], new float[1])).hasMessageContaining("2");
    assertThatThrownBy(() -> new Mixture(new int[1], new float[] {0.6f}))
        .hasMessage("share 0.6 is not from 0 to 0.5");
    assertThatThrownBy(() -> new Mixture(new int[1], new float[] {Float.NaN}))
        .hasMessageContaining("NaN");
    Tensor images = Tensor.ofBytes("images", new byte[3072], 1, 32, 32, 3);
    Tensor labels = Tensor.ofBytes("labels", new byte[1], 1);
    Tensor second = Tensor.ofBytes("second_labels", new byte[1], 1);
    assertRefused(images, labels, second);
    assertRefused(images, labels, second, Tensor.ofFloats("second_shares", new float[2], 2));
    assertRefused(images, labels, second, Tensor.ofFloats("second_shares", new float[] {-1}, 1));
  }

  @Test
  void refusesLengthsThatDoNotFit() {
    assertThatThrownBy(() -> new LabelledImages(new byte[3071], new int[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3071 bytes are not 1 images");
    // 2^22 × 3,072 is 0 as a 32-bit number
    assertThatThrownBy(() -> new LabelledImages(new byte[0], new int[1 << 22]))
        .hasMessage("0 bytes are not 4194304 images");
  }

  @ParameterizedTest
  @CsvSource({"-1", "65536"})
  void refusesLabelsThatWouldBecomeOthersOnTheWire(int label) {
    assertThatThrownBy(() -> images(2, label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label %d is not from 0 to 65535".formatted(label));
  }

  @Test
  void refusesTensorsOfOtherShapesAndTypes() {
    Tensor labels = Tensor.ofBytes("labels", new byte[1], 1);
    assertRefused(Tensor.ofBytes("images", new byte[3072], 1, 3, 32, 32), labels);
    assertRefused(Tensor.ofBytes("images", new byte[2 * 3072], 2, 32, 32, 3), labels);
    assertRefused(Tensor.ofFloats("images", new float[3072], 1, 32, 32, 3), labels);
    Tensor images = Tensor.ofBytes("images", new byte[3072], 1, 32, 32, 3);
    assertRefused(images, Tensor.ofBytes("labels", new byte[1], 1, 1));
    assertRefused(images, Tensor.ofFloats("labels", new float[1], 1));
    assertRefused(images, new Tensor("labels", TensorType.I8, List.of(1), ByteBuffer.allocate(1)));
    assertRefused(images, Tensor.ofBytes("other", new byte[1], 1));
  }

  static LabelledImages images(int count, int lastLabel) {
    byte[] bytes = new byte[count * LabelledImages.IMAGE_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + i / 3072);
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 256;
    }
    labels[count - 1] = lastLabel;
    return new LabelledImages(bytes, labels);
  }

  private static void assertRefused(Tensor... tensors) {
    SafeTensors blob = SafeTensors.of(List.of(tensors), Map.of());
    assertThatThrownBy(() -> LabelledImages.fromTensors(blob))
        .isInstanceOf(SafeTensorsException.class);
  }
}
