package dev.rivulet.ingest.augment;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;

/**
 * How an image is varied before it is published: not at all, or afresh for every epoch.
 *
 * <p>A horizontal flip with probability 0.5; a translation, each direction uniform up to the
 * recipe's most and rounded to whole pixels (nearest interpolation), the gap filled with the
 * nearest pixel; then what else the recipe asks for, see {@link Distortion}.
 */
public final class Augmentation {
  /** Every image as it is. */
  public static final Augmentation NONE = new Augmentation(Double.NaN, Distortion.NONE);

  /** Height and width in pixels. */
  static final int SIDE = 32;

  static final int PIXEL_BYTES = 3;
  static final int ROW_BYTES = SIDE * PIXEL_BYTES;

  private static final long STREAM = 2;

  private final double shift;
  private final Distortion distortion;

  private Augmentation(double shift, Distortion distortion) {
    this.shift = shift;
    this.distortion = distortion;
  }

  /** What the recipe says about single images. */
  public static Augmentation of(Recipe recipe) {
    return new Augmentation(recipe.value(RecipeSetting.SHIFT), Distortion.of(recipe));
  }

  /**
   * Writes the image as an epoch sees it; a pure function of pixels, seed, epoch and index.
   *
   * @param source holds the image, 32×32×3 bytes row-major, from {@code sourceAt} on
   * @param target takes the result, likewise, from {@code targetAt} on; not the source itself
   * @param seed of the run
   * @param epoch from 1
   * @param imageIndex the image's index in the data set
   */
  public void apply(
      byte[] source,
      int sourceAt,
      byte[] target,
      int targetAt,
      long seed,
      int epoch,
      int imageIndex) {
    if (this == NONE) {
      View.PLAIN.copy(source, sourceAt, target, targetAt);
      return;
    }
    SeededRandom random = SeededRandom.of(seed, STREAM, epoch, imageIndex);
    view(random).copy(source, sourceAt, target, targetAt);
    distortion.apply(target, targetAt, random);
  }

  View view(SeededRandom random) {
    boolean flipped = random.nextLong() < 0;
    return new View(flipped, shiftPixels(random), shiftPixels(random));
  }

  private int shiftPixels(SeededRandom random) {
    return (int) Math.floor(random.uniform(-shift, shift) + 0.5);
  }

  private static int nearest(int position) {
    return Math.max(0, Math.min(SIDE - 1, position));
  }

  /**
   * One way to see an image: flipped first, then moved.
   *
   * @param right pixels to the right, or left if negative
   * @param down pixels down, or up if negative
   */
  record View(boolean flipped, int right, int down) {
    static final View PLAIN = new View(false, 0, 0);

    void copy(byte[] source, int sourceAt, byte[] target, int targetAt) {
      if (equals(PLAIN)) {
        System.arraycopy(source, sourceAt, target, targetAt, SIDE * ROW_BYTES);
        return;
      }
      int rowBefore = -1;
      for (int y = 0; y < SIDE; y++) {
        int row = nearest(y - down);
        int to = targetAt + y * ROW_BYTES;
        if (row == rowBefore) {
          System.arraycopy(target, to - ROW_BYTES, target, to, ROW_BYTES);
        } else {
          copyRow(source, sourceAt + row * ROW_BYTES, target, to);
        }
        rowBefore = row;
      }
    }

    /** What stays within the row is copied as a whole; then its ends are drawn out into the gap. */
    private void copyRow(byte[] source, int from, byte[] target, int to) {
      int first = Math.max(0, right);
      int end = SIDE + Math.min(0, right);
      if (flipped) {
        reverse(source, from + PIXEL_BYTES * (SIDE - 1 - first + right), target, to, first, end);
      } else {
        System.arraycopy(
            source,
            from + PIXEL_BYTES * (first - right),
            target,
            to + PIXEL_BYTES * first,
            PIXEL_BYTES * (end - first));
      }
      for (int x = first - 1; x >= 0; x--) {
        System.arraycopy(
            target, to + PIXEL_BYTES * first, target, to + PIXEL_BYTES * x, PIXEL_BYTES);
      }
      for (int x = end; x < SIDE; x++) {
        System.arraycopy(
            target, to + PIXEL_BYTES * (end - 1), target, to + PIXEL_BYTES * x, PIXEL_BYTES);
      }
    }

    /** Pixels first to end of the target from source pixels backwards, the first one at from. */
    private static void reverse(
        byte[] source, int from, byte[] target, int to, int first, int end) {
      int pixel = from;
      int last = to + PIXEL_BYTES * end;
      for (int next = to + PIXEL_BYTES * first; next < last; next += PIXEL_BYTES) {
        target[next] = source[pixel];
        target[next + 1] = source[pixel + 1];
        target[next + 2] = source[pixel + 2];
        pixel -= PIXEL_BYTES;
      }
    }
  }
}
