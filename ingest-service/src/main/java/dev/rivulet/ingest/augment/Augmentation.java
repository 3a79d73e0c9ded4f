package dev.rivulet.ingest.augment;

/**
 * How an image is varied before it is published: not at all, or flipped and shifted afresh for
 * every epoch.
 *
 * <p>The original recipe: a horizontal flip with probability 0.5, and a translation by a uniform
 * share of ±10 % of height and of width, rounded to whole pixels (nearest interpolation), the gap
 * filled with the nearest pixel.
 */
public enum Augmentation {
  NONE {
    @Override
    View view(SeededRandom random) {
      return View.PLAIN;
    }
  },
  FLIP_AND_SHIFT {
    @Override
    View view(SeededRandom random) {
      boolean flipped = random.nextLong() < 0;
      return new View(flipped, shiftPixels(random), shiftPixels(random));
    }
  };

  /** Height and width in pixels. */
  static final int SIDE = 32;

  static final int ROW_BYTES = SIDE * 3;
  static final int MAX_SHIFT_PIXELS = 3;

  private static final double SHIFT_SHARE = 0.1;
  private static final long STREAM = 2;
  // by flip and shift: where in its row each pixel of a result comes from, in bytes
  private static final int[][][] SOURCE_COLUMNS = sourceColumns();

  abstract View view(SeededRandom random);

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
    View view = view(SeededRandom.of(seed, STREAM, epoch, imageIndex));
    view.copy(source, sourceAt, target, targetAt);
  }

  private static int shiftPixels(SeededRandom random) {
    double pixels = random.uniform(-SHIFT_SHARE * SIDE, SHIFT_SHARE * SIDE);
    return (int) Math.floor(pixels + 0.5);
  }

  private static int[][][] sourceColumns() {
    int[][][] columns = new int[2][2 * MAX_SHIFT_PIXELS + 1][SIDE];
    for (int shift = -MAX_SHIFT_PIXELS; shift <= MAX_SHIFT_PIXELS; shift++) {
      for (int x = 0; x < SIDE; x++) {
        int column = nearest(x - shift);
        columns[0][shift + MAX_SHIFT_PIXELS][x] = 3 * column;
        columns[1][shift + MAX_SHIFT_PIXELS][x] = 3 * (SIDE - 1 - column);
      }
    }
    return columns;
  }

  private static int nearest(int position) {
    return Math.max(0, Math.min(SIDE - 1, position));
  }

  /**
   * One way to see an image: flipped first, then moved.
   *
   * @param right pixels to the right, -3 to 3
   * @param down pixels down, -3 to 3
   */
  record View(boolean flipped, int right, int down) {
    static final View PLAIN = new View(false, 0, 0);

    void copy(byte[] source, int sourceAt, byte[] target, int targetAt) {
      int[] columns = SOURCE_COLUMNS[flipped ? 1 : 0][right + MAX_SHIFT_PIXELS];
      boolean wholeRows = !flipped && right == 0;
      for (int y = 0; y < SIDE; y++) {
        int from = sourceAt + nearest(y - down) * ROW_BYTES;
        int to = targetAt + y * ROW_BYTES;
        if (wholeRows) {
          System.arraycopy(source, from, target, to, ROW_BYTES);
        } else {
          copyRow(source, from, columns, target, to);
        }
      }
    }

    private static void copyRow(byte[] source, int from, int[] columns, byte[] target, int to) {
      int next = to;
      for (int column : columns) {
        int pixel = from + column;
        target[next] = source[pixel];
        target[next + 1] = source[pixel + 1];
        target[next + 2] = source[pixel + 2];
        next += 3;
      }
    }
  }
}
