package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private static final Device CPU = ComputeDevice.select("cpu").device();
  private static final String SUMS =
      """
      def cumulate(self: __torch__.Script, arrays: List[Tensor]) -> List[Tensor]:
        return [arrays[0], torch.add(arrays[0], arrays[1])]
      def forward(self: __torch__.Script, x: Tensor, sums: List[Tensor]) -> Tensor:
        return torch.add(torch.add(x, sums[0]), sums[1])
      """;

  @Test
  void preparesArraysOnceForManyCalls() {
    try (TorchScript script = new TorchScript(SUMS, CPU);
        NDManager manager = NDManager.newBaseManager(CPU);
        IValue sums = cumulated(script, manager, 1, 20)) {
      for (float x : new float[] {300, 400}) {
        assertThat(script.apply(manager.create(new float[] {x}), sums).toFloatArray())
            .containsExactly(x + 22);
      }
    }
  }

  private static IValue cumulated(TorchScript script, NDManager manager, float a, float b) {
    try (NDManager closed = manager.newSubManager()) {
      List<NDArray> arrays =
          List.of(
              EngineVectors.create(closed, new float[] {a}),
              EngineVectors.create(closed, new float[] {b}));
      return script.list("cumulate", arrays);
    }
  }

  @Test
  void leavesNothingToCompleteToTheThreadsThatUseIt() {
    try (TorchScript script = new TorchScript(SUMS, CPU)) {
      assertThat(script.block.isInitialized()).isTrue();
    }
  }

  @Test
  void saysWhenTheEngineRefusesAProgram() {
    String unknown = SUMS.replace("torch.add(x", "torch.ad(x");

    assertThatThrownBy(() -> new TorchScript(unknown, CPU))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("ad");
  }
}
