package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(8, 10);
  private static final Weights WEIGHTS =
      new Weights(CONFIG, InitialWeights.glorotUniform(CONFIG, 1));

  @Test
  void comeBackFromTheirBlob() {
    SafeTensors blob = SafeTensors.read(WEIGHTS.toSafeTensors(Map.of("epoch", "3")).toBytes());

    assertThat(Weights.fromSafeTensors(blob)).isEqualTo(WEIGHTS);
    assertThat(blob.metadata("epoch")).isEqualTo("3");
    assertThat(blob.tensor("stages.1.blocks.0.depthwise.weight").shape())
        .isEqualTo(List.of(64, 1, 3, 3));
  }

  @Test
  void haveAChecksumThatEveryBitChanges() {
    float[] values = WEIGHTS.values().clone();
    values[100] = Math.nextUp(values[100]);

    assertThat(WEIGHTS.sha256()).matches("[0-9a-f]{64}");
    assertThat(new Weights(CONFIG, values).sha256()).isNotEqualTo(WEIGHTS.sha256());
  }

  @Test
  void refuseAMissingTensor() {
    assertRefused(
        changed("head.dense.bias", tensor -> null), "71 tensors, but such a network has 72");
  }

  @Test
  void refuseATensorOfAnotherName() {
    assertRefused(
        changed("head.dense.bias", tensor -> Tensor.ofFloats("other", tensor.floats(), 10)),
        "no tensor head.dense.bias");
  }

  @Test
  void refuseATensorOfAnotherShape() {
    assertRefused(
        changed("head.dense.bias", tensor -> Tensor.ofFloats("head.dense.bias", new float[9], 9)),
        "tensor head.dense.bias has shape [9], not [10]");
  }

  @Test
  void refuseATensorOfAnotherType() {
    assertRefused(
        changed("head.dense.bias", tensor -> Tensor.ofBytes("head.dense.bias", new byte[10], 10)),
        "tensor head.dense.bias is U8, not F32");
  }

  @Test
  void refuseAClaimOfGigabytesBeforeTheyAreAllocated() {
    NetworkConfig huge = new NetworkConfig(128, List.of(2, 4, 16), List.of(8, 8, 8), 1_000);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < ParameterLayout.of(huge).parameters().size(); i++) {
      tensors.add(Tensor.ofFloats("t" + i, new float[1], 1));
    }

    assertRefused(SafeTensors.of(tensors, huge.toMetadata()), "no tensor stem");
  }

  @Test
  void refuseValuesThatAreNotFinite() {
    float[] values = new float[10];
    values[4] = Float.NaN;

    assertRefused(
        changed("head.dense.bias", tensor -> Tensor.ofFloats("head.dense.bias", values, 10)),
        "tensor head.dense.bias holds NaN");
  }

  private static void assertRefused(SafeTensors blob, String message) {
    assertThatThrownBy(() -> Weights.fromSafeTensors(blob))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(message);
  }

  private static SafeTensors changed(String name, UnaryOperator<Tensor> change) {
    SafeTensors blob = WEIGHTS.toSafeTensors(Map.of());
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : blob.tensors()) {
      Tensor kept = tensor.name().equals(name) ? change.apply(tensor) : tensor;
      if (kept != null) {
        tensors.add(kept);
      }
    }
    return SafeTensors.of(tensors, blob.metadata());
  }
}
