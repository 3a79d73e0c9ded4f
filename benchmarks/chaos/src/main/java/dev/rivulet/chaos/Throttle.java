package dev.rivulet.chaos;

import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Slows a process down by stopping and continuing it, so that it does so many pieces of work per
 * second; it always runs often enough to stay in its consumer group.
 */
final class Throttle implements AutoCloseable {
  private static final int STOPPED_MILLIS = 1_900;
  private static final int RUNNING_MILLIS = 30;
  private static final int CATCHING_UP_MILLIS = 400;

  private final long pid;
  private final double perSecond;
  private final LongSupplier done;
  private final long doneAtBegin;
  private final long begunNanos = System.nanoTime();
  private final Thread thread = new Thread(this::run, "throttle");
  private volatile IOException failure;

  private Throttle(long pid, double perSecond, LongSupplier done) {
    this.pid = pid;
    this.perSecond = perSecond;
    this.done = done;
    this.doneAtBegin = done.getAsLong();
  }

  /**
   * @param done how many pieces of work are done
   */
  static Throttle start(long pid, double perSecond, LongSupplier done) {
    Throttle throttle = new Throttle(pid, perSecond, done);
    throttle.thread.start();
    return throttle;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Suspension.suspend(List.of(pid));
        Thread.sleep(STOPPED_MILLIS);
        double allowed = perSecond * (System.nanoTime() - begunNanos) / 1e9;
        Suspension.resume(List.of(pid));
        Thread.sleep(
            done.getAsLong() - doneAtBegin < allowed ? CATCHING_UP_MILLIS : RUNNING_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Lets it run freely again. */
  @Override
  public void close() throws Exception {
    thread.interrupt();
    thread.join();
    if (failure != null) {
      throw failure;
    }
    Suspension.resume(List.of(pid));
  }
}
