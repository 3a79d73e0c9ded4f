package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;

/**
 * A network with fixed weights that tells what images show.
 *
 * <p>Thread-safe, except that {@link #close} must come after the last call has returned.
 */
public final class Classifier implements AutoCloseable {

  /**
   * How many images a CPU thread takes through the network at once; larger batches take turns. It
   * is more than in training: what a backward pass would need is freed on the way.
   */
  public static final int CPU_SLICE_IMAGES = 16;

  private final NetworkConfig config;
  private final NDManager manager;
  private final ScriptedNetwork network;
  private final SliceWorkers workers;
  private final Inference inference;

  public Classifier(ComputeDevice device, Weights weights) {
    config = weights.config();
    float[] values = new EngineOrder(config).toEngine(weights.values());
    manager = NDManager.newBaseManager(device.device());
    try (NDArray vector = EngineVectors.create(manager, values)) {
      network = new ScriptedNetwork(config, vector);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
    workers = new SliceWorkers(device.threads());
    inference = new Inference(device, workers);
  }

  /** {@link #probabilities(ByteBuffer, int)}. */
  public float[][] probabilities(byte[] images, int n) {
    return probabilities(ByteBuffer.wrap(images), n);
  }

  /**
   * @param images U8 [n, 32, 32, 3] from the buffer's position on, which stays where it is
   * @param n at least 1
   * @return [n][classes], each row adding up to 1
   * @throws IllegalArgumentException if the buffer holds fewer than n images
   */
  public float[][] probabilities(ByteBuffer images, int n) {
    float[][] rows = logits(images, n);
    for (float[] row : rows) {
      Softmax.inPlace(row);
    }
    return rows;
  }

  /**
   * What the probabilities are the softmax of.
   *
   * @param images U8 [n, 32, 32, 3] from the buffer's position on, which stays where it is
   * @param n at least 1
   * @return [n][classes]
   * @throws IllegalArgumentException if the buffer holds fewer than n images
   */
  public float[][] logits(ByteBuffer images, int n) {
    return inference.logits(manager, network, images, n, n);
  }

  /** Classifies black images of some batch sizes, so that the first real ones are not slow. */
  public void warmUp() {
    for (int n : new int[] {1, 32, 1, 32}) {
      probabilities(new byte[n * NetworkConfig.IMAGE_BYTES], n);
    }
  }

  public NetworkConfig config() {
    return config;
  }

  @Override
  public void close() {
    workers.close();
    network.close();
    manager.close();
  }
}
