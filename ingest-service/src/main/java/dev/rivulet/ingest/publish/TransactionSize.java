package dev.rivulet.ingest.publish;

/**
 * How many batches go into the next transaction: few at first, so that training begins soon, and
 * while the window is nearly full; more and more while there is much to catch up, because a commit
 * costs the broker the same however much it commits.
 */
final class TransactionSize {
  private static final int LEAST_IMAGES = 512;
  private static final int MOST_IMAGES = 16_384;

  private final int least;
  private final int most;
  private int last;

  /**
   * @param batchSize images per batch
   * @param windowImages how many images may be ahead of the trainer
   */
  TransactionSize(int batchSize, int windowImages) {
    // two of the least fit in any window, or a big batch would wait for room that cannot come
    least = Math.max(1, Math.min(LEAST_IMAGES, windowImages / 2) / batchSize);
    most = Math.max(least, Math.min(MOST_IMAGES, windowImages / 2) / batchSize);
  }

  /** The smallest transaction, in batches. */
  int least() {
    return least;
  }

  /**
   * The next one, in batches; 0 if there is no room.
   *
   * @param freeBatches room in the window; at most half of it is taken, so that what comes next
   *     need not wait for this to be consumed
   */
  int next(long freeBatches) {
    if (freeBatches < least) {
      return 0;
    }
    long wanted = Math.min(2L * last, Math.min(most, freeBatches / 2));
    last = (int) Math.max(least, wanted);
    return last;
  }
}
