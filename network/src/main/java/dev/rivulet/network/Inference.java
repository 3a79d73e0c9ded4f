package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Runs the forward pass without gradients, on all of a device's threads. */
final class Inference {
  private final ComputeDevice device;
  private final SliceWorkers workers;

  /** The workers stay the caller's to close. */
  Inference(ComputeDevice device, SliceWorkers workers) {
    this.device = device;
    this.workers = workers;
  }

  /**
   * @param manager parent of the managers that own what is allocated on the way
   * @param batch how many images at most go through a GPU at once
   * @return [n][classes]
   * @throws IllegalArgumentException if the buffer holds fewer than n images, or n or batch is
   *     below 1
   */
  float[][] logits(
      NDManager manager, ScriptedNetwork network, ByteBuffer images, int n, int batch) {
    LabelledImages.checkImages(images, n);
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, not " + batch);
    }
    int sliceImages =
        device.isGpu()
            ? Math.min(batch, n)
            : SliceWorkers.sliceImages(n, workers.workers(), Classifier.CPU_SLICE_IMAGES);
    float[][] logits = new float[n][];
    workers.run(
        (n + sliceImages - 1) / sliceImages,
        (slice, worker) -> {
          int first = slice * sliceImages;
          int count = Math.min(sliceImages, n - first);
          try (NDManager sliceManager = manager.newSubManager()) {
            NDArray pixels = LabelledImages.images(sliceManager, images, first, count);
            float[] flat = network.logits(pixels).toFloatArray();
            int classes = flat.length / count;
            for (int i = 0; i < count; i++) {
              logits[first + i] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
            }
          }
        });
    return logits;
  }
}
