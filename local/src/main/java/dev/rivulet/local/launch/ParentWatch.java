package dev.rivulet.local.launch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends this process when its launcher is gone, however the launcher ended.
 *
 * <p>The launcher holds the other end of standard input and never writes to it, so the end of the
 * stream means that the launcher does not live any more, even if it was killed.
 */
public final class ParentWatch {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ParentWatch() {}

  /**
   * Watches in the background.
   *
   * @param grace how long to live on after the launcher, for others to finish first
   */
  public static void start(Duration grace) {
    Thread watch = new Thread(() -> await(grace), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void await(Duration grace) {
    try {
      drain(System.in);
      Thread.sleep(grace.toMillis());
    } catch (IOException e) {
      System.err.println("standard input cannot be read, taken for the launcher's end: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    haltAfterPatience();
    System.exit(0);
  }

  private static void drain(InputStream in) throws IOException {
    byte[] ignored = new byte[64];
    while (in.read(ignored) >= 0) {
      // nothing is ever said here; only the end counts
    }
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
