package dev.rivulet.performance.probe;

/** Repeats something for a while and says how fast it went. */
final class Rate {
  private Rate() {}

  /**
   * Warms up for half the time, then measures.
   *
   * @param perCall how much one call does, in whatever is counted
   * @return the count per second
   */
  static double of(double seconds, double perCall, Runnable call) {
    repeat(seconds / 2, perCall, call);
    return repeat(seconds, perCall, call);
  }

  private static double repeat(double seconds, double perCall, Runnable call) {
    long start = System.nanoTime();
    long calls = 0;
    double elapsed;
    do {
      call.run();
      calls++;
      elapsed = (System.nanoTime() - start) * 1e-9;
    } while (elapsed < seconds);
    return calls * perCall / elapsed;
  }
}
