package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.rest.RequestBody;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that the bodies of all requests may take at one moment, so that many large ones are
 * turned away instead of filling the heap.
 */
@Singleton
public class RequestBodies {
  /** Three images of 16 MiB, each of which is copied once; or thousands of usual ones. */
  private static final int MEBIBYTES = 102;

  private static final long LONGEST_WAIT_SECONDS = 5;

  private final Semaphore free = new Semaphore(MEBIBYTES, true);

  /** A part of the memory, given back when closed. */
  public final class Share implements AutoCloseable {
    private final int mebibytes;

    private Share(int mebibytes) {
      this.mebibytes = mebibytes;
    }

    /** The body, or one byte more than an image may have, which tells the decoder to say no. */
    public byte[] read(InputStream body) throws IOException {
      return RequestBody.read(body, ImageDecoder.DEFAULT_MAX_BYTES + 1);
    }

    @Override
    public void close() {
      free.release(mebibytes);
    }
  }

  /**
   * Waits some seconds for room.
   *
   * @param bytes of the body; negative if that is not known yet
   * @throws OverloadedException if there is none
   */
  public Share take(long bytes) throws InterruptedException {
    long atMost = ImageDecoder.DEFAULT_MAX_BYTES + 1L;
    long known = bytes < 0 ? atMost : Math.min(bytes, atMost);
    int mebibytes = (int) (2 * known >> 20) + 1;
    if (!free.tryAcquire(mebibytes, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new OverloadedException(
          "requests with large images fill the memory; try again in a second, or publish to the images topic");
    }
    return new Share(mebibytes);
  }
}
