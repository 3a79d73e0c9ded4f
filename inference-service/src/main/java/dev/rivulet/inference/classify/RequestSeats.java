package dev.rivulet.inference.classify;

import dev.rivulet.inference.InferenceConfig;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;

/**
 * How many requests are worked on at once. One is taken before a body is read, so that who is
 * turned away costs nothing.
 */
@Singleton
public class RequestSeats {
  private final LiveModel live;
  private final int count;
  private final Semaphore free;

  @Inject
  RequestSeats(LiveModel live, InferenceConfig config) {
    this(live, config.restConcurrency());
  }

  RequestSeats(LiveModel live, int count) {
    this.live = live;
    this.count = count;
    free = new Semaphore(count);
  }

  /** Given back when closed. */
  public final class Seat implements AutoCloseable {
    private Seat() {}

    @Override
    public void close() {
      free.release();
    }
  }

  /**
   * @throws NoModelException if there is nothing to classify with yet
   * @throws OverloadedException if all are taken
   */
  public Seat take() {
    if (live.current().isEmpty()) {
      throw new NoModelException();
    }
    if (!free.tryAcquire()) {
      throw new OverloadedException(
          "%d requests are worked on already; try again in a second, or publish to the images topic"
              .formatted(count));
    }
    return new Seat();
  }
}
