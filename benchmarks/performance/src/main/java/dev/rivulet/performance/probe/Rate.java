package dev.rivulet.performance.probe;

/** Repeats something for a while and says how fast it went. */
final class Rate {
  private Rate() {}

  /** {@link #of(double, double, Runnable, Runnable)} of calls that are done when they return. */
  static double of(double seconds, double perCall, Runnable call) {
    return of(seconds, perCall, call, () -> {});
  }

  /**
   * Warms up for half the time, then measures.
   *
   * @param perCall how much one call does, in whatever is counted
   * @param completion waits for whatever the calls have left to a device
   * @return the count per second
   */
  static double of(double seconds, double perCall, Runnable call, Runnable completion) {
    repeat(seconds / 2, perCall, call, completion);
    return repeat(seconds, perCall, call, completion);
  }

  private static double repeat(double seconds, double perCall, Runnable call, Runnable completion) {
    long start = System.nanoTime();
    long calls = 0;
    double elapsed;
    do {
      call.run();
      calls++;
      elapsed = (System.nanoTime() - start) * 1e-9;
    } while (elapsed < seconds);
    completion.run();
    return calls * perCall / ((System.nanoTime() - start) * 1e-9);
  }
}
