package dev.rivulet.ingest.publish;

/**
 * How long ingest goes without looking how far the trainer is: so long that about an eighth of the
 * window is consumed meanwhile, whether a GPU empties it in a second or a CPU in half a minute.
 */
final class LookInterval {
  private static final long FIRST_MILLIS = 100;
  private static final long LEAST_MILLIS = 20;
  private static final long MOST_MILLIS = 2_000;
  private static final long SHARES = 8;

  private final long windowRecords;
  private long millis = FIRST_MILLIS;

  /**
   * @param windowRecords how many records may wait for the trainer
   */
  LookInterval(long windowRecords) {
    this.windowRecords = windowRecords;
  }

  long millis() {
    return millis;
  }

  /**
   * Takes in what a look has shown.
   *
   * @param elapsedMillis since the look before
   * @param consumedRecords meanwhile
   */
  void seen(long elapsedMillis, long consumedRecords) {
    long wanted =
        consumedRecords > 0 ? elapsedMillis * windowRecords / SHARES / consumedRecords : 2 * millis;
    millis = Math.max(LEAST_MILLIS, Math.min(MOST_MILLIS, wanted));
  }
}
