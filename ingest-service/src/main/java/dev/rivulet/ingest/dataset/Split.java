package dev.rivulet.ingest.dataset;

import dev.rivulet.events.batch.LabelledImages;
import java.util.BitSet;

/**
 * The images and labels of one half of a data set, all in memory, 3,074 bytes each: 32×32 pixels,
 * row-major, RGB interleaved, 0 to 255.
 *
 * <p>Pixels lie in chunks, because one Java array ends at 699,050 images. Instances no longer
 * change once a {@link Dataset} holds them.
 */
public final class Split {
  /** 32 × 32 × 3. */
  public static final int IMAGE_BYTES = 3_072;

  private static final int CHUNK_IMAGES = 16_384;

  private final byte[][] chunks;
  private final short[] labels;

  /** Room for so many images. */
  Split(int size) {
    labels = new short[size];
    chunks = new byte[(size + CHUNK_IMAGES - 1) / CHUNK_IMAGES][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new byte[Math.min(CHUNK_IMAGES, size - i * CHUNK_IMAGES) * IMAGE_BYTES];
    }
  }

  private Split(byte[][] chunks, short[] labels) {
    this.chunks = chunks;
    this.labels = labels;
  }

  /** How many images there are. */
  public int size() {
    return labels.length;
  }

  /** The class of an image, an index into the data set's class names. */
  public int label(int image) {
    return labels[image];
  }

  /** The array that holds an image; the caller must not write to it. */
  public byte[] chunk(int image) {
    return chunks[image / CHUNK_IMAGES];
  }

  /** Where in its {@link #chunk} an image's 3,072 bytes begin. */
  public int offset(int image) {
    return image % CHUNK_IMAGES * IMAGE_BYTES;
  }

  /** A copy of the images [to-from,32,32,3] and labels of a range, in order. */
  public LabelledImages range(int from, int to) {
    byte[] images = new byte[(to - from) * IMAGE_BYTES];
    int[] some = new int[to - from];
    for (int i = from; i < to; i++) {
      System.arraycopy(chunk(i), offset(i), images, (i - from) * IMAGE_BYTES, IMAGE_BYTES);
      some[i - from] = labels[i];
    }
    return new LabelledImages(images, some);
  }

  /** Fills the place of an image; different places may be filled by different threads. */
  void put(int image, int label, byte[] pixels) {
    labels[image] = (short) label;
    System.arraycopy(pixels, 0, chunk(image), offset(image), IMAGE_BYTES);
  }

  /** Fills an image's label only, for a caller that writes the pixels into the chunk itself. */
  void putLabel(int image, int label) {
    labels[image] = (short) label;
  }

  /**
   * The same images in the same order, without some. They move up within the same memory, since
   * there may be no room for both: this one is of no use any more.
   */
  Split without(BitSet dropped) {
    Split kept = new Split(chunks, new short[size() - dropped.cardinality()]);
    int next = 0;
    for (int i = 0; i < size(); i++) {
      if (!dropped.get(i)) {
        kept.labels[next] = labels[i];
        System.arraycopy(chunk(i), offset(i), kept.chunk(next), kept.offset(next), IMAGE_BYTES);
        next++;
      }
    }
    return kept;
  }
}
