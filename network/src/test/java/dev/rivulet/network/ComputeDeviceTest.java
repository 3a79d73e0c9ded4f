package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import org.junit.jupiter.api.Test;

class ComputeDeviceTest {

  @Test
  void namesTheCpuItsThreadsAndTheEngine() {
    ComputeDevice device = ComputeDevice.select("cpu", 3);

    assertThat(device.name())
        .isEqualTo("CPU, 3 threads (PyTorch %s)", Engine.getInstance().getVersion());
    assertThat(device.isGpu()).isFalse();
    assertThat(device.threads()).isEqualTo(3);
  }

  @Test
  void runsTheEngineThatTheBuildNames() {
    String expected = System.getProperty("expected.pytorch.version");

    assertThat(expected).isNotNull();
    ComputeDevice.select("cpu");
    assertThat(Engine.getInstance().getVersion()).isEqualTo(expected);
  }

  @Test
  void autoIsTheCpuWhereTheEngineSeesNoGpu() {
    ComputeDevice device = ComputeDevice.select("auto");

    assertThat(device.isGpu()).isEqualTo(Engine.getInstance().getGpuCount() > 0);
  }

  @Test
  void saysWhyThereIsNoGpuAndWhatToDo() {
    ComputeDevice.select("cpu");
    assumeThat(Engine.getInstance().hasCapability(StandardCapabilities.CUDA)).isFalse();

    assertThatThrownBy(() -> ComputeDevice.select("gpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this build bundles an engine for CPUs only")
        .hasMessageContaining("use device cpu or auto");
  }

  @Test
  void refusesOtherChoices() {
    assertThatThrownBy(() -> ComputeDevice.select("tpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device must be auto, cpu or gpu, not 'tpu'");
    assertThatThrownBy(() -> ComputeDevice.select("cpu", 0))
        .hasMessage("threads must be at least 1, not 0");
  }
}
