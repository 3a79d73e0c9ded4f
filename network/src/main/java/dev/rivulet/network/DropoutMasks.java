package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Dropout with masks of its own, for the CPU, where the engine's serial generator would take a
 * third of a training step.
 *
 * <p>A mask holds a byte 0 or 2 per activation, decided by one random bit each: a pure function of
 * seed, step, the image's place in its batch, layer and element. Not thread-safe: each worker has
 * its own, because the buffers are used again from slice to slice.
 */
final class DropoutMasks implements Dropout {
  private static final long TWOS = 0x0202020202020202L;
  private static final int BYTES_PER_RANDOM_LONG = Long.SIZE;

  private final long seed;
  private ByteBuffer[] buffers = new ByteBuffer[0];
  private long step;
  private int firstImage;
  private int images;

  DropoutMasks(long seed) {
    this.seed = seed;
  }

  /** Chooses the images that the next calls are about. */
  DropoutMasks aim(long newStep, int newFirstImage, int newImages) {
    step = newStep;
    firstImage = newFirstImage;
    images = newImages;
    return this;
  }

  /** The engine reads the mask where it lies, so it must not change before the backward pass. */
  @Override
  public NDArray apply(NDArray activations, int layer) {
    int bytes = Math.toIntExact(activations.size());
    ByteBuffer mask = buffer(layer, bytes);
    LongBuffer longs = mask.asLongBuffer();
    int longsPerImage = bytes / images / Long.BYTES;
    for (int image = 0; image < images; image++) {
      fill(longs, image * longsPerImage, longsPerImage, key(seed, step, firstImage + image, layer));
    }
    NDArray tensor = activations.getManager().create(mask, activations.getShape(), DataType.UINT8);
    // as floats, because the backward pass would otherwise convert the bytes once more; in place,
    // because no layer needs the activations themselves for its gradient
    return activations.muli(tensor.toType(DataType.FLOAT32, false));
  }

  /** What decides the mask of one image in one layer. */
  static long key(long seed, long step, int image, int layer) {
    return RandomBits.at(RandomBits.at(seed, step), ((long) image << Short.SIZE) | layer);
  }

  /** Fills longs with bytes 0 or 2, 64 bytes from each random long. */
  static void fill(LongBuffer target, int start, int count, long key) {
    for (int i = 0; i < count; i += BYTES_PER_RANDOM_LONG / Long.BYTES) {
      long bits = RandomBits.at(key, i);
      for (int j = 0; j < BYTES_PER_RANDOM_LONG / Long.BYTES; j++) {
        target.put(start + i + j, Long.rotateLeft(bits, j) & TWOS);
      }
    }
  }

  private ByteBuffer buffer(int layer, int bytes) {
    if (layer >= buffers.length) {
      buffers = Arrays.copyOf(buffers, layer + 1);
    }
    if (buffers[layer] == null || buffers[layer].capacity() < bytes) {
      buffers[layer] = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return buffers[layer].slice(0, bytes).order(ByteOrder.nativeOrder());
  }
}
