package dev.rivulet.performance.measure;

import dev.rivulet.chaos.Suspension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that trains until it is closed, and can be made to stand still meanwhile.
 *
 * <p>After each step it prints a line with the number of images so far: {@value #COUNT} and the
 * number.
 */
public final class OngoingChild implements AutoCloseable {
  /** What such a line begins with. */
  public static final String COUNT = "trained ";

  private static final long LOOK_UP_MILLIS = 20;

  private final String name;
  private final Process process;
  private final Path err;
  private final AtomicLong images = new AtomicLong();
  private final Thread reader = new Thread(this::read, "counts");

  private OngoingChild(String name, Process process, Path err) {
    this.name = name;
    this.process = process;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param name as results show it
   * @throws TrialFailedException if it cannot be started
   */
  public static OngoingChild start(String name, Child child) {
    try {
      Path err = Files.createTempFile("rivulet-child", ".err");
      OngoingChild ongoing =
          new OngoingChild(name, child.start(ProcessBuilder.Redirect.PIPE, err), err);
      ongoing.reader.setDaemon(true);
      ongoing.reader.start();
      return ongoing;
    } catch (IOException e) {
      throw new UncheckedIOException("no room for what " + name + " says", e);
    }
  }

  public String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /** All that it has trained, to the last whole step. */
  public long images() {
    return images.get();
  }

  /**
   * Waits until it has trained so many.
   *
   * @throws TrialFailedException if it ends before that, with the end of what it said, or takes
   *     longer
   */
  public void awaitImages(long count, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (images.get() < count) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "%s has trained %d images after %d s"
                .formatted(name, images.get(), patience.toSeconds()));
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  /**
   * @throws TrialFailedException if it has ended, with the end of what it said
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new TrialFailedException(
          "%s has ended with code %d: %s".formatted(name, process.exitValue(), Child.tail(err)));
    }
  }

  /** Makes it stand still. */
  public void suspend() throws IOException, InterruptedException {
    requireAlive();
    Suspension.suspend(List.of(process.pid()));
  }

  /** Lets it go on. */
  public void resume() throws IOException, InterruptedException {
    requireAlive();
    Suspension.resume(List.of(process.pid()));
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(COUNT)) {
          images.set(Long.parseLong(line.substring(COUNT.length())));
        }
      }
    } catch (IOException e) {
      // it was ended while it wrote; whoever waits for it is told by its exit code
    }
  }

  @Override
  public void close() throws InterruptedException, IOException {
    if (process.isAlive()) {
      resume();
    }
    process.destroyForcibly().waitFor();
    reader.join();
    Files.delete(err);
  }
}
