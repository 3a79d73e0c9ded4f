package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where the network computes: the machine's processors, or its first GPU. */
public final class ComputeDevice {
  // held here, because the logging framework forgets a level set on a logger nobody holds
  private static final Logger ENGINE_LOGGER = Logger.getLogger("ai.djl");
  // warns wherever a CUDA library finds no GPU; gpu() says so to those whom it concerns
  private static final Logger CUDA_LOGGER = Logger.getLogger("ai.djl.util.cuda");

  private final Device device;
  private final String name;
  private final int threads;

  private ComputeDevice(Device device, String name, int threads) {
    this.device = device;
    this.name = name;
    this.threads = threads;
  }

  /** {@link #select(String, int)} with as many threads as there are processors. */
  public static ComputeDevice select(String choice) {
    return select(choice, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Loads the engine if this is its first use and selects a device.
   *
   * @param choice {@code cpu}, {@code gpu}, or {@code auto}: the GPU if the engine sees one
   * @param threads how many threads compute on the CPU, at least 1
   * @throws IllegalArgumentException if the choice is none of those, or {@code gpu} cannot be had
   */
  public static ComputeDevice select(String choice, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    configureEngine();
    return switch (choice) {
      case "auto" -> Engine.getInstance().getGpuCount() > 0 ? gpu() : cpu(threads);
      case "cpu" -> cpu(threads);
      case "gpu" -> gpu();
      default ->
          throw new IllegalArgumentException(
              "device must be auto, cpu or gpu, not '%s'".formatted(choice));
    };
  }

  /** For people: the device and the engine, as in "CPU, 8 threads (PyTorch 2.7.1)". */
  public String name() {
    return name;
  }

  public boolean isGpu() {
    return device.isGpu();
  }

  /** How many threads compute on the CPU; 1 on a GPU. */
  public int threads() {
    return threads;
  }

  @Override
  public String toString() {
    return name;
  }

  Device device() {
    return device;
  }

  private static ComputeDevice cpu(int threads) {
    String name = "CPU, %d thread%s (%s)".formatted(threads, threads == 1 ? "" : "s", engine());
    return new ComputeDevice(Device.cpu(), name, threads);
  }

  private static ComputeDevice gpu() {
    Engine engine = Engine.getInstance();
    if (!engine.hasCapability(StandardCapabilities.CUDA)) {
      throw new IllegalArgumentException(
          "device gpu: this build bundles an engine for CPUs only (%s); use device cpu or auto, or build with 'mvn -Pcu118 package'"
              .formatted(engine()));
    }
    if (engine.getGpuCount() == 0) {
      throw new IllegalArgumentException(
          "device gpu: %s sees no GPU; check that nvidia-smi lists one and that containers may use it, or use device cpu or auto"
              .formatted(engine()));
    }
    return new ComputeDevice(Device.gpu(), "GPU (%s)".formatted(engine()), 1);
  }

  private static String engine() {
    Engine engine = Engine.getInstance();
    return engine.getEngineName() + " " + engine.getVersion();
  }

  /**
   * The engine never phones home or downloads, and each of its calls runs on the calling thread:
   * {@link SliceWorkers} share the work out.
   */
  private static void configureEngine() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    ENGINE_LOGGER.setLevel(Level.WARNING);
    CUDA_LOGGER.setLevel(Level.SEVERE);
  }
}
