package dev.rivulet.inference.classify;

import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.network.NetworkConfig;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads that run forward passes: whatever waits when one becomes free forms its next batch,
 * with what is on its way, in equal shares with the other threads that are free. So a lone image
 * goes at once, a crowd goes together, and no thread waits for another one's batch.
 */
public final class MicroBatcher implements AutoCloseable {
  // the budget is for several images; one that takes more of it than this is not worth waiting for
  private static final int SHARES_OF_BUDGET = 5;

  private final LiveModel live;
  private final int capacity;
  private final long budgetNanos;
  private final InferenceMetrics metrics;
  private volatile List<Thread> threads = List.of();
  private int maxBatch;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition worthALook = lock.newCondition();
  private final Condition room = lock.newCondition();
  // the rest is guarded by the lock
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private int onTheirWay;
  private int freeThreads;
  private boolean closing;

  private record Waiting(byte[] pixels, CompletableFuture<Classification> answer) {}

  /**
   * @param capacity most images that wait; who comes then waits in {@link #submit}
   * @param latencyBudget how long at most a batch waits for images on their way
   */
  public MicroBatcher(
      LiveModel live, int capacity, Duration latencyBudget, InferenceMetrics metrics) {
    this.live = live;
    this.capacity = capacity;
    budgetNanos = latencyBudget.toNanos();
    this.metrics = metrics;
    metrics.watchQueue(this::waiting);
  }

  /**
   * Begins to classify; until then there is no model, and images are told so. To be called once.
   *
   * @param forwardPasses how many forward passes run at once, each on a thread of its own
   * @param maxBatch most images in one forward pass
   * @param died is told when a thread ends before {@link #close}, which ends the others, too
   */
  public void start(int forwardPasses, int maxBatch, UncaughtExceptionHandler died) {
    this.maxBatch = maxBatch;
    List<Thread> starting = new ArrayList<>();
    for (int i = 0; i < forwardPasses; i++) {
      Thread thread = new Thread(this::run, "forward-" + i);
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler(died);
      thread.start();
      starting.add(thread);
    }
    threads = List.copyOf(starting);
  }

  /**
   * Says that an image is on its way, and so worth waiting for; {@link #submitExpected} or {@link
   * #missed} must follow.
   */
  public void expect() {
    lock.lock();
    try {
      onTheirWay++;
    } finally {
      lock.unlock();
    }
  }

  /** An expected image will not come. */
  public void missed() {
    lock.lock();
    try {
      onTheirWay--;
      signal();
    } finally {
      lock.unlock();
    }
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
    CompletableFuture<Classification> answer = new CompletableFuture<>();
    lock.lock();
    try {
      boolean started = !threads.isEmpty();
      while (started && !closing && queue.size() >= capacity) {
        room.await();
      }
      if (closing) {
        answer.completeExceptionally(new ClassifierStoppedException());
      } else if (!started) {
        answer.completeExceptionally(new NoModelException());
      } else {
        queue.add(new Waiting(pixels, answer));
      }
      return answer;
    } finally {
      onTheirWay--;
      signal();
      lock.unlock();
    }
  }

  /** Whether images that are submitted will be answered. */
  public boolean alive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /** Finishes the batches under way; who still waits is told so. */
  @Override
  public void close() throws InterruptedException {
    stop();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the free threads when there may be a batch for them, not for each image of a crowd. */
  private void signal() {
    if (queue.size() == 1 || onTheirWay == 0 || isFull()) {
      worthALook.signalAll();
    }
  }

  /** Whether the free threads need no more images. */
  private boolean isFull() {
    return queue.size() >= (long) freeThreads * maxBatch;
  }

  private void run() {
    try {
      for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
        classify(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // one of them that dies takes the others along: half of them would hide it
      stop();
    }
  }

  private void stop() {
    List<Waiting> left;
    lock.lock();
    try {
      closing = true;
      left = List.copyOf(queue);
      queue.clear();
      worthALook.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    fail(left, new ClassifierStoppedException());
  }

  /** Waits for a batch; none when closing. */
  private List<Waiting> next() throws InterruptedException {
    lock.lock();
    freeThreads++;
    try {
      while (!closing) {
        if (queue.isEmpty()) {
          worthALook.await();
        } else {
          awaitThoseOnTheirWay();
          // another thread may have taken them
          if (!queue.isEmpty()) {
            return share();
          }
        }
      }
      return List.of();
    } finally {
      freeThreads--;
      lock.unlock();
    }
  }

  private void awaitThoseOnTheirWay() throws InterruptedException {
    long patience = budgetNanos / SHARES_OF_BUDGET;
    long deadline = System.nanoTime() + budgetNanos;
    while (onTheirWay > 0 && !isFull() && !queue.isEmpty()) {
      int before = queue.size();
      long left = deadline - System.nanoTime();
      boolean woken = left > 0 && worthALook.awaitNanos(Math.min(left, patience)) > 0;
      if (!woken && queue.size() <= before) {
        return;
      }
    }
  }

  /** Takes what falls to one of the threads that are free. */
  private List<Waiting> share() {
    int images = Math.min(maxBatch, (queue.size() + freeThreads - 1) / freeThreads);
    List<Waiting> batch = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      batch.add(queue.remove());
    }
    room.signalAll();
    return batch;
  }

  private void classify(List<Waiting> batch) {
    try (LiveModel.Lease model = live.lease().orElseThrow(NoModelException::new)) {
      byte[] images = new byte[batch.size() * NetworkConfig.IMAGE_BYTES];
      for (int i = 0; i < batch.size(); i++) {
        byte[] pixels = batch.get(i).pixels;
        System.arraycopy(pixels, 0, images, i * NetworkConfig.IMAGE_BYTES, pixels.length);
      }
      float[][] probabilities = probabilities(model, images, batch.size());
      for (int i = 0; i < batch.size(); i++) {
        answer(batch.get(i), new Classification(model.description(), probabilities[i]));
      }
    } catch (BrokenEngineException e) {
      // this thread ends with it: the images are fine, and can be classified elsewhere
      fail(batch, new ClassifierStoppedException());
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      // those who asked decide: the engine throws all kinds of unchecked exceptions
      fail(batch, e);
    } catch (Error e) {
      // this thread dies of it, and nobody may wait for it
      fail(batch, new ClassifierStoppedException());
      throw e;
    }
  }

  /** One forward pass. If it fails, a known image tells whether these images are the reason. */
  private float[][] probabilities(LiveModel.Lease model, byte[] images, int n) {
    long startNanos = System.nanoTime();
    float[][] probabilities;
    try {
      probabilities = model.probabilities(images, n);
    } catch (RuntimeException e) {
      if (!model.works()) {
        throw new BrokenEngineException(e);
      }
      throw e;
    }
    metrics.forwardPass(n, Duration.ofNanos(System.nanoTime() - startNanos));
    return probabilities;
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
