package dev.rivulet.ingest.augment;

/**
 * The order of the images in one epoch: a fresh permutation of the data set, the same whenever it
 * is asked for again.
 */
public final class EpochOrder {
  private static final long STREAM = 1;

  private final int[] indices;
  private final int size;

  private EpochOrder(int[] indices, int size) {
    this.indices = indices;
    this.size = size;
  }

  /**
   * The order as a pure function of its arguments (Fisher–Yates shuffle).
   *
   * @param datasetImages how many images there are to choose from
   * @param seed of the run
   * @param epoch from 1
   * @param epochImages how many of the shuffled images the epoch takes, at most all
   */
  public static EpochOrder of(int datasetImages, long seed, int epoch, int epochImages) {
    if (epochImages < 0 || epochImages > datasetImages) {
      throw new IllegalArgumentException(
          "an epoch cannot take %d of %d images".formatted(epochImages, datasetImages));
    }
    SeededRandom random = SeededRandom.of(seed, STREAM, epoch, 0);
    int[] indices = new int[datasetImages];
    for (int i = 0; i < datasetImages; i++) {
      indices[i] = i;
    }
    // forwards, so that the first places are final early and a limit costs no whole shuffle
    for (int i = 0; i < epochImages; i++) {
      int j = i + random.nextInt(datasetImages - i);
      int taken = indices[j];
      indices[j] = indices[i];
      indices[i] = taken;
    }
    return new EpochOrder(indices, epochImages);
  }

  /** How many images the epoch has. */
  public int size() {
    return size;
  }

  /** The data set's index of the image at a place of the epoch, from 0. */
  public int imageAt(int place) {
    if (place >= size) {
      throw new IndexOutOfBoundsException("place %d of %d".formatted(place, size));
    }
    return indices[place];
  }
}
