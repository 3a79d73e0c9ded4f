package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Masks for dropout of one half, for the CPU, where the engine's serial generator would take a
 * third of a training step.
 *
 * <p>A mask holds a byte 0 or 2 per activation, decided by one random bit each: a pure function of
 * seed, step, the image's place in its batch, layer and element. Not thread-safe: each worker has
 * its own, because the memory is used again from slice to slice.
 */
final class DropoutMasks {
  private static final long TWOS = 0x0202020202020202L;
  private static final int BYTES_PER_RANDOM_LONG = Long.SIZE;
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  private final List<Integer> bytesPerImage;
  private final long seed;
  private ByteBuffer memory = NONE;

  DropoutMasks(NetworkConfig config, long seed) {
    bytesPerImage = bytesPerImage(config);
    this.seed = seed;
  }

  /** The activations of one image that each dropout layer decides about. */
  static List<Integer> bytesPerImage(NetworkConfig config) {
    List<Integer> bytes = new ArrayList<>();
    for (int stage = 0; stage < config.stages(); stage++) {
      int pixels = config.side(stage) * config.side(stage);
      int wide = config.channels(stage) * config.factors().get(stage);
      bytes.addAll(Collections.nCopies(config.depths().get(stage), pixels * wide));
    }
    return bytes;
  }

  /**
   * The masks of all layers, one after the other, in each of them the images'.
   *
   * @return UINT8 vector; the engine reads it where it lies, so it is good until the next call
   */
  NDArray draw(NDManager manager, long step, int firstImage, int images) {
    int bytes = images * bytesPerImage.stream().mapToInt(Integer::intValue).sum();
    if (memory.capacity() < bytes) {
      // not beside it
      memory = NONE;
      memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    LongBuffer longs = memory.asLongBuffer();
    int start = 0;
    for (int layer = 0; layer < bytesPerImage.size(); layer++) {
      int longsPerImage = bytesPerImage.get(layer) / Long.BYTES;
      for (int image = 0; image < images; image++) {
        fill(longs, start, longsPerImage, key(seed, step, firstImage + image, layer));
        start += longsPerImage;
      }
    }
    return manager.create(memory.slice(0, bytes), new Shape(bytes), DataType.UINT8);
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
}
