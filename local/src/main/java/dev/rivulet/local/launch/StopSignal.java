package dev.rivulet.local.launch;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM, made into a question that the main thread asks, so that stopping is ordinary
 * code in order.
 */
public final class StopSignal {
  /** Longer than everything that stopping waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final CountDownLatch received = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile OptionalInt exitCode = OptionalInt.empty();

  /** Begins to listen. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "stop-signal"));
    return signal;
  }

  private void onShutdown() {
    received.countDown();
    try {
      finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exitCode.ifPresent(Runtime.getRuntime()::halt);
  }

  public boolean received() {
    return received.getCount() == 0;
  }

  /** Pauses; shorter if the signal comes. */
  public void sleep(Duration pause) throws InterruptedException {
    received.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells that everything is stopped: the process may end. */
  public void finished(int exitCode) {
    this.exitCode = received() ? OptionalInt.of(exitCode) : OptionalInt.empty();
    finished.countDown();
  }
}
