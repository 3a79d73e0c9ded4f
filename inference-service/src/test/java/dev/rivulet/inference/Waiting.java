package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what another thread is about to do. */
public final class Waiting {
  private static final Duration LONGEST = Duration.ofSeconds(240);
  private static final long LOOK_UP_MILLIS = 50;

  private Waiting() {}

  /** Fails if the condition is not true within four minutes, which a busy machine may need. */
  public static void until(BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        fail("waited %d s in vain", LONGEST.toSeconds());
      }
      try {
        Thread.sleep(LOOK_UP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted");
      }
    }
  }
}
