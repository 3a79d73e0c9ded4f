package dev.rivulet.events.image;

import java.util.concurrent.Semaphore;

/**
 * The memory that all decoding of this process may take at one moment; who comes when it is used up
 * waits.
 *
 * <p>A picture that would take more than its share is read with every second, third … row and
 * column only, so a camera's 50 megapixels cost no more than 13. What a format needs in any case
 * (the coefficients of a progressive JPEG, for instance) has a limit of its own.
 */
final class DecodingMemory {
  /** Largest decoded picture in bytes; larger ones are read in part. 13 megapixels RGB. */
  static final int MAX_PICTURE_BYTES = 40 << 20;

  /** Most that a format may need beside the picture, in bytes. */
  static final int MAX_EXTRA_BYTES = 56 << 20;

  // one picture that takes the most, or two that take no extra
  private static final int MEBIBYTES = (MAX_PICTURE_BYTES + MAX_EXTRA_BYTES) >> 20;
  private static final Semaphore FREE_MEBIBYTES = new Semaphore(MEBIBYTES, true);

  private DecodingMemory() {}

  /** A part of it, given back when closed. */
  record Share(int mebibytes) implements AutoCloseable {
    @Override
    public void close() {
      FREE_MEBIBYTES.release(mebibytes);
    }
  }

  /** Which rows and columns to read: each of them, or every second, third …. */
  static int factor(ImageHeader header) {
    int factor = 1;
    while (header.shrunk(factor).frameBytes() > MAX_PICTURE_BYTES) {
      factor++;
    }
    return factor;
  }

  /**
   * Waits for the memory that this picture takes.
   *
   * @param header of the picture as it will be read; at most {@link #MAX_PICTURE_BYTES} and {@link
   *     #MAX_EXTRA_BYTES}
   */
  static Share take(ImageHeader header) {
    long bytes = header.frameBytes() + header.extraBytes();
    int mebibytes = (int) Math.max(1, (bytes + (1 << 20) - 1) >> 20);
    FREE_MEBIBYTES.acquireUninterruptibly(Math.min(MEBIBYTES, mebibytes));
    return new Share(Math.min(MEBIBYTES, mebibytes));
  }
}
