package dev.rivulet.local.launch;

import java.io.IOException;
import java.time.Duration;

/**
 * Ends this process when its launcher says so, or is gone, however the launcher ended.
 *
 * <p>The launcher holds the other end of standard input: a byte asks to stop, and the end of the
 * stream means that the launcher does not live any more, even if it was killed. Signals are left to
 * the launcher, because a terminal or a service manager sends them to all processes at once, and
 * the broker must be the last one to stop.
 */
public final class ParentWatch {
  /** What the launcher writes to stop this process. */
  static final int STOP = 's';

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ParentWatch() {}

  /**
   * Watches in the background.
   *
   * @param grace how long to live on after a launcher that is gone, for others to finish first
   */
  public static void start(Duration grace) {
    Thread watch = new Thread(() -> await(grace), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void await(Duration grace) {
    try {
      if (System.in.read() != STOP) {
        Thread.sleep(grace.toMillis());
      }
    } catch (IOException e) {
      System.err.println("standard input cannot be read, taken for the launcher's end: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    haltAfterPatience();
    System.exit(0);
  }

  /** An orderly exit may wait for a broker that ended too. */
  private static void haltAfterPatience() {
    Thread halt =
        new Thread(
            () -> {
              try {
                Thread.sleep(PATIENCE.toMillis());
                Runtime.getRuntime().halt(1);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "parent-watch-halt");
    halt.setDaemon(true);
    halt.start();
  }
}
