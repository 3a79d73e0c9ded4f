package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.rivulet.network.TypeConversion.Target;
import org.junit.jupiter.api.Test;

class TypeConversionTest {

  @Test
  void keepsEightBitsAndLetsGradientsThrough() {
    Device cpu = ComputeDevice.select("cpu").device();
    try (TypeConversion narrow = new TypeConversion(Target.BFLOAT16, cpu);
        TypeConversion widen = new TypeConversion(Target.FLOAT32, cpu);
        NDManager manager = NDManager.newBaseManager(cpu);
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      // representable; halfway between two, to even; below the next by a hair
      NDArray values = manager.create(new float[] {1.5f, 1 + 1 / 256f, 3 + 3 / 256f});
      values.setRequiresGradient(true);

      NDArray rounded = widen.apply(narrow.apply(values));

      assertThat(rounded.toFloatArray()).containsExactly(1.5f, 1f, 3 + 1 / 64f);
      collector.backward(rounded.mul(manager.create(new float[] {1, 2, 4})).sum());
      assertThat(values.getGradient().toFloatArray()).containsExactly(1, 2, 4);
    }
  }
}
