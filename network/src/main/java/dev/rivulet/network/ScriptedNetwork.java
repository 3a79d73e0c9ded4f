package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * The forward pass for weights that stay as they are: a program that the engine runs in one call,
 * on a CPU with dense kernels in the order in which its matrix products read them.
 *
 * <p>Thread-safe, except that {@link #close} must come after the last call has returned.
 */
final class ScriptedNetwork implements AutoCloseable {
  // it has such products for fusions only, and cannot put kernels into their order
  private static final String ENGINE_WITHOUT_PACKING = "2.0.";

  private final SharedScript script;
  private final IValue prepared;

  /**
   * @param weights FLOAT32, all of them in {@link EngineOrder}, in memory of the engine's own; may
   *     be closed afterwards, but not changed before {@link #close}
   */
  ScriptedNetwork(NetworkConfig config, NDArray weights) {
    this(config, weights, packs(weights.getDevice()));
  }

  /**
   * @param packed whether the dense kernels are put in that order, if the engine can
   */
  ScriptedNetwork(NetworkConfig config, NDArray weights, boolean packed) {
    script = program(config, weights.getDevice(), packed);
    try (NDManager manager = weights.getManager().newSubManager()) {
      NDArray frozen = weights.stopGradient();
      frozen.attach(manager);
      NDArray means = EngineVectors.create(manager, Normalization.pixelMeans());
      NDArray deviations = EngineVectors.create(manager, Normalization.pixelDeviations());
      List<NDArray> arrays = List.of(frozen, means, deviations);
      prepared = script.get().list(InferenceSource.PREPARE, arrays);
    } catch (RuntimeException | Error e) {
      script.close();
      throw e;
    }
  }

  /**
   * The program alone, which stays loaded until the caller closes it: for who makes one network
   * after the other.
   */
  static SharedScript program(NetworkConfig config, Device device) {
    return program(config, device, packs(device));
  }

  private static SharedScript program(NetworkConfig config, Device device, boolean packed) {
    return SharedScript.of(new InferenceSource(config, packed).write(), device);
  }

  /** Whether the engine can put kernels into another order on that device. */
  static boolean packs(Device device) {
    return !device.isGpu() && !Engine.getInstance().getVersion().startsWith(ENGINE_WITHOUT_PACKING);
  }

  /**
   * @param images UINT8 [n, 32, 32, 3]
   * @return FLOAT32 [n, classes], owned by the manager of the images
   */
  NDArray logits(NDArray images) {
    return script.get().apply(images, prepared);
  }

  @Override
  public void close() {
    prepared.close();
    script.close();
  }
}
