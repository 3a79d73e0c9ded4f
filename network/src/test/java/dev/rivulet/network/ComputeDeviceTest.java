package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void saysWhyNativesForGpusCannotBeUsedHere(@TempDir Path folder) throws IOException {
    assumeThat(CudaUtils.getGpuCount()).isZero();
    Path natives = Files.createDirectories(folder.resolve("native/lib"));
    Files.writeString(natives.resolve("pytorch.properties"), "flavor=cu118\n");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader gpuBuild = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      Thread.currentThread().setContextClassLoader(gpuBuild);

      assertThatThrownBy(() -> ComputeDevice.select("cpu"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("this build's engine is for GPUs (cu118) and finds none")
          .hasMessageContaining("nvidia-smi");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void refusesOtherChoices() {
    assertThatThrownBy(() -> ComputeDevice.select("tpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device must be auto, cpu or gpu, not 'tpu'");
    assertThatThrownBy(() -> ComputeDevice.select("cpu", 0))
        .hasMessage("threads must be at least 1, not 0");
    assertThatThrownBy(() -> ComputeDevice.select("cpu").withPrecision("fp8"))
        .hasMessage("precision must be fp32, bf16, fp16, not 'fp8'");
    assertThatThrownBy(() -> ComputeDevice.select("cpu", 1).withPrecision("fp16"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "precision fp16 needs a GPU, and this is a CPU, 1 thread \\(PyTorch .*\\): use fp32, or bf16");
  }
}
