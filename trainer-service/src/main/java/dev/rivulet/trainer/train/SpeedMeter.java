package dev.rivulet.trainer.train;

import java.util.function.LongSupplier;

/** Images per second over the last moments, and when it is time to tell again. */
final class SpeedMeter {
  private static final double NANOS = 1e9;
  private static final long REPORT_NANOS = 500_000_000;

  /** Weight of the newest interval in the moving average. */
  private static final double SMOOTHING = 0.3;

  private final LongSupplier nanoTime;
  private long since;
  private long images;
  private double perSecond;

  SpeedMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    reset();
  }

  void reset() {
    since = nanoTime.getAsLong();
    images = 0;
  }

  void add(int more) {
    images += more;
  }

  /** Whether the interval is over; if so, its speed is taken into account and the next begins. */
  boolean due() {
    long now = nanoTime.getAsLong();
    if (now - since < REPORT_NANOS) {
      return false;
    }
    double latest = images * NANOS / (now - since);
    perSecond = perSecond == 0 ? latest : perSecond + SMOOTHING * (latest - perSecond);
    since = now;
    images = 0;
    return true;
  }

  double perSecond() {
    return perSecond;
  }
}
