package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.ModelDescription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The model that serves right now: swapped in one atomic step, under the feet of its users, each of
 * whom keeps the model that it has begun with.
 */
public final class LiveModel implements AutoCloseable {
  private final AtomicReference<ServedModel> current = new AtomicReference<>();
  private final CountDownLatch first = new CountDownLatch(1);

  /** A user's hold on a model; closing it lets a replaced model go. */
  public static final class Lease implements AutoCloseable {
    private final ServedModel model;

    private Lease(ServedModel model) {
      this.model = model;
    }

    public ModelDescription description() {
      return model.description();
    }

    /**
     * @param images U8 [n, 32, 32, 3]
     * @return [n][classes], each row adding up to 1
     */
    public float[][] probabilities(byte[] images, int n) {
      return model.probabilities(images, n);
    }

    /** Whether it still classifies an image that it has classified before it began to serve. */
    public boolean works() {
      return model.works();
    }

    @Override
    public void close() {
      model.release();
    }
  }

  /** The current model, held until the lease is closed; nothing before the first one. */
  public Optional<Lease> lease() {
    while (true) {
      ServedModel model = current.get();
      if (model == null) {
        return Optional.empty();
      }
      // fails if it was replaced and released since the line above
      if (model.retain()) {
        return Optional.of(new Lease(model));
      }
    }
  }

  /** The current model, to tell about it; nothing before the first one. */
  public Optional<ServedModel> current() {
    return Optional.ofNullable(current.get());
  }

  /** Makes this model the current one and takes over its ownership. */
  public void swap(ServedModel next) {
    release(current.getAndSet(next));
    first.countDown();
  }

  /** Waits for the first model; false if none came in time. */
  public boolean await(Duration timeout) throws InterruptedException {
    return first.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    release(current.getAndSet(null));
  }

  private static void release(ServedModel replaced) {
    if (replaced != null) {
      replaced.release();
    }
  }
}
