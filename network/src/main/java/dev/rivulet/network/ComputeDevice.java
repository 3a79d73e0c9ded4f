package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where the network computes: the machine's processors, or its first GPU. */
public final class ComputeDevice {
  // held here, because the logging framework forgets a level set on a logger nobody holds
  private static final Logger ENGINE_LOGGER = Logger.getLogger("ai.djl");
  // warns wherever a CUDA library finds no GPU; gpu() says so to those whom it concerns
  private static final Logger CUDA_LOGGER = Logger.getLogger("ai.djl.util.cuda");

  private static final String NATIVES = "native/lib/pytorch.properties";

  private final Device device;
  private final String name;
  private final int threads;
  private final Precision precision;
  private final boolean convolvesDense;

  private ComputeDevice(
      Device device, String name, int threads, Precision precision, boolean convolvesDense) {
    this.device = device;
    this.name = name;
    this.threads = threads;
    this.precision = precision;
    this.convolvesDense = convolvesDense;
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
    requireUsableNatives();
    return switch (choice) {
      case "auto" -> Engine.getInstance().getGpuCount() > 0 ? gpu() : cpu(threads);
      case "cpu" -> cpu(threads);
      case "gpu" -> gpu();
      default ->
          throw new IllegalArgumentException(
              "device must be auto, cpu or gpu, not '%s'".formatted(choice));
    };
  }

  /**
   * The same device, training in another precision.
   *
   * @param choice {@code fp32}; or {@code bf16} or {@code fp16} for forward and backward passes in
   *     that type, the latter on a GPU only
   * @throws IllegalArgumentException if the choice is none of those, or cannot be had here
   */
  public ComputeDevice withPrecision(String choice) {
    Precision precision = Precision.named(choice);
    if (precision == Precision.FP16 && !isGpu()) {
      throw new IllegalArgumentException(
          "precision fp16 needs a GPU, and this is a %s: use fp32, or bf16".formatted(name));
    }
    return withPrecision(precision);
  }

  /** The same whether it is of use there or not. */
  ComputeDevice withPrecision(Precision precision) {
    return new ComputeDevice(device, name, threads, precision, convolvesDense);
  }

  /** The same device with dense layers trained in that way, whatever is faster. */
  ComputeDevice withDenseConvolved(boolean convolved) {
    return new ComputeDevice(device, name, threads, precision, convolved);
  }

  /** The same device for callers that have threads of their own: each call computes on one. */
  public ComputeDevice onCallingThread() {
    return new ComputeDevice(device, name, 1, precision, convolvesDense);
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

  /** Of activations and their gradients in training. */
  Precision precision() {
    return precision;
  }

  /** Whether gradients need {@link LossScaling} to fit into their type. */
  boolean scalesLosses() {
    return precision == Precision.FP16;
  }

  /**
   * Whether dense layers train faster as 1×1 convolutions. The engine's matrix products of FLOAT32
   * are those of Intel's library, which uses no AVX-512 on other makers' processors.
   */
  boolean convolvesDense() {
    return convolvesDense && precision == Precision.FP32;
  }

  private static ComputeDevice cpu(int threads) {
    String name = "CPU, " + threads + (threads == 1 ? " thread (" : " threads (") + engine() + ")";
    return new ComputeDevice(
        Device.cpu(), name, threads, Precision.FP32, Processor.hasAvx512ThatIntelsLibraryIgnores());
  }

  private static ComputeDevice gpu() {
    Engine engine = Engine.getInstance();
    if (!engine.hasCapability(StandardCapabilities.CUDA)) {
      throw new IllegalArgumentException(
          "device gpu: this build bundles an engine for CPUs only (%s); use device cpu or auto, or one for GPUs (RIVULET_PROFILE=cu118 ./rivulet, or deploy/docker-compose.gpu.yml)"
              .formatted(engine()));
    }
    if (engine.getGpuCount() == 0) {
      throw new IllegalArgumentException(
          "device gpu: %s sees no GPU; check that nvidia-smi lists one and that containers may use it, or use device cpu or auto"
              .formatted(engine()));
    }
    return new ComputeDevice(
        Device.gpu(), "GPU (%s)".formatted(engine()), 1, Precision.FP32, false);
  }

  private static String engine() {
    Engine engine = Engine.getInstance();
    return engine.getEngineName() + " " + engine.getVersion();
  }

  /**
   * Natives for GPUs cannot be loaded where there is none: the engine would look for others on the
   * internet instead.
   */
  private static void requireUsableNatives() {
    String flavor = bundledFlavor();
    if (flavor.startsWith("cu") && CudaUtils.getGpuCount() == 0) {
      throw new IllegalArgumentException(
          "this build's engine is for GPUs (%s) and finds none: check that nvidia-smi lists one, that containers may use it, and that CUDA's libcudart.so is found; or use a build for CPUs"
              .formatted(flavor));
    }
  }

  /** What the bundled natives are for: {@code cpu}, or {@code cu118} and the like. */
  private static String bundledFlavor() {
    URL properties = ClassLoaderUtils.getContextClassLoader().getResource(NATIVES);
    if (properties == null) {
      throw new IllegalStateException(
          "this build has no native library of the engine; build it with 'mvn package'");
    }
    try (InputStream in = properties.openStream()) {
      Properties natives = new Properties();
      natives.load(in);
      return natives.getProperty("flavor", "");
    } catch (IOException e) {
      throw new UncheckedIOException(properties + " cannot be read", e);
    }
  }

  /**
   * The engine never phones home or downloads, and each of its calls runs on the calling thread:
   * {@link SliceWorkers} share the work out.
   */
  private static void configureEngine() {
    // its name in the newer and in the older engine set
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    ENGINE_LOGGER.setLevel(Level.WARNING);
    CUDA_LOGGER.setLevel(Level.SEVERE);
  }
}
