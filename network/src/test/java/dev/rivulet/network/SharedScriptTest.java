package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class SharedScriptTest {
  private static final Device CPU = ComputeDevice.select("cpu").device();

  @Test
  void isOneForAllWhoWantTheSameAndLivesUntilTheLastHasClosedIt() {
    String doubling = program("torch.add(x, x)");
    SharedScript first = SharedScript.of(doubling, CPU);
    SharedScript second = SharedScript.of(doubling, CPU);
    SharedScript other = SharedScript.of(program("torch.mul(x, x)"), CPU);
    assertThat(second.get()).isSameAs(first.get());
    assertThat(other.get()).isNotSameAs(first.get());

    first.close();
    first.close();
    other.close();
    try (NDManager manager = NDManager.newBaseManager(CPU)) {
      assertThat(second.get().withGradients(manager.create(3f)).singletonOrThrow().getFloat())
          .isEqualTo(6);
    }
    int loaded = SharedScript.loaded();
    TorchScript closed = second.get();
    second.close();
    assertThat(SharedScript.loaded()).isEqualTo(loaded - 1);

    try (SharedScript next = SharedScript.of(doubling, CPU)) {
      assertThat(next.get()).isNotSameAs(closed);
    }
  }

  private static String program(String result) {
    return """
        def forward(self: __torch__.Script, x: Tensor) -> Tensor:
          return %s
        """
        .formatted(result);
  }
}
