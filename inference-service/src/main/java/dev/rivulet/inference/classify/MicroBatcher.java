package dev.rivulet.inference.classify;

import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.network.NetworkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one thread that runs forward passes: whatever waits when it becomes free forms the next
 * batch, with what is on its way. So a lone image goes at once, and a crowd goes together.
 */
public final class MicroBatcher implements AutoCloseable {
  private static final long LOOK_UP_MILLIS = 100;

  // the budget is for several images; one that takes more of it than this is not worth waiting for
  private static final int SHARES_OF_BUDGET = 5;

  private final LiveModel live;
  private final int maxBatch;
  private final long budgetNanos;
  private final InferenceMetrics metrics;
  private final BlockingQueue<Waiting> queue;
  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "forward");
  private volatile boolean closing;

  private record Waiting(byte[] pixels, CompletableFuture<Classification> answer) {}

  /**
   * @param maxBatch most images in one forward pass
   * @param capacity most images that wait; who comes then waits in {@link #submit}
   * @param latencyBudget how long at most a batch waits for images on their way
   */
  public MicroBatcher(
      LiveModel live,
      int maxBatch,
      int capacity,
      Duration latencyBudget,
      InferenceMetrics metrics) {
    this.live = live;
    this.maxBatch = maxBatch;
    budgetNanos = latencyBudget.toNanos();
    this.metrics = metrics;
    queue = new LinkedBlockingQueue<>(capacity);
    metrics.watchQueue(queue::size);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Says that an image is on its way, and so worth waiting for; {@link #submitExpected} or {@link
   * #missed} must follow.
   */
  public void expect() {
    onTheirWay.incrementAndGet();
  }

  /** An expected image will not come. */
  public void missed() {
    onTheirWay.decrementAndGet();
  }

  /** {@link #submitExpected} of an image that nobody has expected. */
  public CompletableFuture<Classification> submit(byte[] pixels) throws InterruptedException {
    expect();
    return submitExpected(pixels);
  }

  /**
   * Queues one image, waiting for room.
   *
   * @param pixels U8 [32, 32, 3]
   * @return the answer, or a {@link NoModelException}, a {@link ClassifierStoppedException}, or
   *     what the engine threw
   */
  public CompletableFuture<Classification> submitExpected(byte[] pixels)
      throws InterruptedException {
    Waiting image = new Waiting(pixels, new CompletableFuture<>());
    while (!closing && !queue.offer(image, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
      continue;
    }
    if (closing) {
      // the thread may have looked at the queue for the last time before this image came
      image.answer.completeExceptionally(new ClassifierStoppedException());
    }
    return image.answer;
  }

  /** Whether images that are submitted will be answered. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Finishes the batch under way; who still waits is told so. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>(maxBatch);
    try {
      while (!closing) {
        if (take(batch, TimeUnit.MILLISECONDS.toNanos(LOOK_UP_MILLIS))) {
          gather(batch);
          classify(batch);
          batch.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closing = true;
      queue.drainTo(batch);
      fail(batch, new ClassifierStoppedException());
    }
  }

  /** Adds what waits, and what is on its way and comes in time. */
  private void gather(List<Waiting> batch) throws InterruptedException {
    long deadline = System.nanoTime() + budgetNanos;
    while (batch.size() < maxBatch && onTheirWay.get() > 0) {
      long left = deadline - System.nanoTime();
      if (!take(batch, Math.min(left, budgetNanos / SHARES_OF_BUDGET))) {
        return;
      }
    }
  }

  /** Whether there was an image to be added, or came in time. */
  private boolean take(List<Waiting> batch, long nanos) throws InterruptedException {
    Waiting next = queue.poll(nanos, TimeUnit.NANOSECONDS);
    if (next == null) {
      return false;
    }
    batch.add(next);
    onTheirWay.decrementAndGet();
    return true;
  }

  private void classify(List<Waiting> batch) {
    try (LiveModel.Lease model = live.lease().orElseThrow(NoModelException::new)) {
      byte[] images = new byte[batch.size() * NetworkConfig.IMAGE_BYTES];
      for (int i = 0; i < batch.size(); i++) {
        byte[] pixels = batch.get(i).pixels;
        System.arraycopy(pixels, 0, images, i * NetworkConfig.IMAGE_BYTES, pixels.length);
      }
      long startNanos = System.nanoTime();
      float[][] probabilities = model.probabilities(images, batch.size());
      metrics.forwardPass(batch.size(), Duration.ofNanos(System.nanoTime() - startNanos));
      for (int i = 0; i < batch.size(); i++) {
        answer(batch.get(i), new Classification(model.description(), probabilities[i]));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // those who asked decide: the engine throws all kinds of unchecked exceptions
      fail(batch, e);
    }
  }

  /** Finite weights can still overflow on one image; its answer must not become an event. */
  private static void answer(Waiting image, Classification classification) {
    if (classification.isFinite()) {
      image.answer.complete(classification);
    } else {
      image.answer.completeExceptionally(
          new ArithmeticException("the model's answer to this image is not a number"));
    }
  }

  private static void fail(List<Waiting> batch, Throwable why) {
    batch.forEach(image -> image.answer.completeExceptionally(why));
  }
}
