package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.rest.BrokenBodyException;
import dev.rivulet.rest.RequestBody;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that the bodies of all requests may take at one moment, so that many large ones are
 * turned away instead of filling the heap.
 *
 * <p>A body takes memory as it comes, whatever its Content-Length promises, and has a minute to
 * come.
 */
@Singleton
public class RequestBodies {
  /** What is read at a time, and the least that a body takes, twice: it is copied once. */
  static final int STEP_BYTES = 256 << 10;

  /** Three images of 16 MiB, or two hundred usual ones. */
  private static final int MEMORY_BYTES = 102 << 20;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration LONGEST_BODY = Duration.ofSeconds(60);

  private final Semaphore freeBytes;
  private final Duration longestWait;
  private final Duration longestBody;

  public RequestBodies() {
    this(MEMORY_BYTES, LONGEST_WAIT, LONGEST_BODY);
  }

  /**
   * @param longestWait for memory, each time that a body needs more
   * @param longestBody from the first byte of a body to its last
   */
  RequestBodies(int memoryBytes, Duration longestWait, Duration longestBody) {
    // not fair: small bodies need not wait behind a large one
    freeBytes = new Semaphore(memoryBytes);
    this.longestWait = longestWait;
    this.longestBody = longestBody;
  }

  /** A part of the memory, empty at first. */
  public Share share() {
    return new Share();
  }

  /** What one request takes of the memory, given back when closed. */
  public final class Share implements AutoCloseable {
    private int takenBytes;

    private Share() {}

    /**
     * The body, or somewhat more than an image may have, which tells the decoder to say no.
     *
     * @throws OverloadedException if there is no memory, after some seconds
     * @throws SlowBodyException if the body takes too long to come
     * @throws BrokenBodyException if it ends before its time
     */
    public byte[] read(InputStream body) throws BrokenBodyException, InterruptedException {
      long beganNanos = System.nanoTime();
      List<byte[]> steps = new ArrayList<>();
      int length = 0;
      while (length <= ImageDecoder.DEFAULT_MAX_BYTES) {
        int at = length % STEP_BYTES;
        if (at == 0) {
          take(2 * STEP_BYTES);
          steps.add(new byte[STEP_BYTES]);
        }
        int more = RequestBody.read(body, steps.get(steps.size() - 1), at, STEP_BYTES - at);
        if (more < 0) {
          break;
        }
        length += more;
        if (System.nanoTime() - beganNanos > longestBody.toNanos()) {
          throw new SlowBodyException(longestBody);
        }
      }
      return joined(steps, length);
    }

    /**
     * Waits some seconds for memory.
     *
     * @throws OverloadedException if there is none
     */
    void take(int bytes) throws InterruptedException {
      if (!freeBytes.tryAcquire(bytes, longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new OverloadedException(
            "requests with large images fill the memory; try again in a second, or publish to the images topic");
      }
      takenBytes += bytes;
    }

    @Override
    public void close() {
      freeBytes.release(takenBytes);
      takenBytes = 0;
    }
  }

  private static byte[] joined(List<byte[]> steps, int length) {
    byte[] all = new byte[length];
    for (int i = 0; i * STEP_BYTES < length; i++) {
      int from = i * STEP_BYTES;
      System.arraycopy(steps.get(i), 0, all, from, Math.min(STEP_BYTES, length - from));
    }
    return all;
  }
}
