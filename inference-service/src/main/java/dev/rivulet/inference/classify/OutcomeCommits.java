package dev.rivulet.inference.classify;

import dev.rivulet.inference.classify.ImageOutcomes.UnderWay;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Commits outcomes on a thread of its own, in the order in which the images came. While one
 * transaction is committed, more images are polled and classified; all whose outcomes are known a
 * little later go into the next one.
 *
 * <p>Its methods are for the one thread that polls.
 */
final class OutcomeCommits implements AutoCloseable {
  /**
   * How long images that come one by one are gathered after a transaction. Measured at 250 images a
   * second on two processors: without it the transactions are in the forward passes' way, and the
   * 99th percentile is 1.4 times as large; with 10 ms the median is.
   */
  private static final Duration PAUSE = Duration.ofMillis(2);

  /**
   * How long a crowd is gathered that keeps the classifier busy meanwhile. Measured with a backlog
   * on two processors: the broker takes a third less of them than without it.
   */
  static final Duration PAUSE_IN_A_CROWD = Duration.ofMillis(250);

  /** How often the commits see whether a crowd is still one. */
  private static final Duration LOOK = Duration.ofMillis(10);

  /** How many full polls are under way before the next one waits, and in one transaction. */
  private static final int POLLS = 4;

  /** Writes outcomes and the positions behind them, all or nothing. */
  @FunctionalInterface
  interface Transaction {
    /** Whether it is committed; if not, the images must be classified again. */
    boolean commit(
        List<Outcome> outcomes,
        Map<TopicPartition, OffsetAndMetadata> positions,
        ConsumerGroupMetadata member);
  }

  private final Transaction transaction;
  private final int pollImages;
  private final int maxImages;
  private final long maxBytes;
  private final Duration pauseInACrowd;
  private final FutureTask<Void> work =
      new FutureTask<>(this::work) {
        @Override
        protected void done() {
          tellOfItsEnd();
        }
      };
  private final Thread thread = new Thread(work, "image-commits");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // the rest is guarded by the lock
  private final Deque<UnderWay> waiting = new ArrayDeque<>();
  private final List<UnderWay> committing = new ArrayList<>();
  private ConsumerGroupMetadata member;
  private boolean failed;

  /**
   * @param transaction is run on the thread of this object, as long as anything is under way
   * @param pollImages how many images a full poll has
   * @param maxBytes with more of them under way, no more are polled
   * @param pauseInACrowd how long a crowd is gathered at most, {@link #PAUSE_IN_A_CROWD}
   */
  OutcomeCommits(Transaction transaction, int pollImages, long maxBytes, Duration pauseInACrowd) {
    this.transaction = transaction;
    this.pollImages = pollImages;
    maxImages = POLLS * pollImages;
    this.maxBytes = maxBytes;
    this.pauseInACrowd = pauseInACrowd;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits until so few images are under way that the next poll may bring more. */
  void awaitRoom() throws InterruptedException {
    await(
        () ->
            images(waiting) + images(committing) <= maxImages
                && bytes(waiting) + bytes(committing) <= maxBytes);
    throwWhatEndedIt();
  }

  /** Commits as this member of the group from the next transaction on. */
  void actAs(ConsumerGroupMetadata member) {
    lock.lock();
    try {
      this.member = member;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the images of a poll. After a failure they are left out: they will be polled again. */
  void add(UnderWay images) {
    lock.lock();
    try {
      if (!failed) {
        waiting.add(images);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether outcomes are to be committed. */
  boolean underWay() {
    lock.lock();
    try {
      return !isIdle();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all outcomes are committed, or a transaction has failed. */
  void drain() throws InterruptedException {
    await(this::isIdle);
  }

  /** Forgets the images that are in no transaction yet, and waits for the end of that. */
  void discard() throws InterruptedException {
    lock.lock();
    try {
      waiting.clear();
    } finally {
      lock.unlock();
    }
    drain();
  }

  /**
   * Whether a transaction has failed since the last call. All images that were under way are
   * forgotten then, and must be polled again from the group's positions on.
   */
  boolean takeFailure() {
    lock.lock();
    try {
      boolean taken = failed;
      failed = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Throws what has ended the thread, if anything has.
   *
   * @throws KafkaException from the transaction, if its producer cannot go on
   * @throws ClassifierStoppedException if no image will be classified any more
   */
  void throwWhatEndedIt() throws InterruptedException {
    if (!work.isDone()) {
      return;
    }
    try {
      work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Gives up what is under way, a transaction too. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(BooleanSupplier state) throws InterruptedException {
    lock.lock();
    try {
      while (!work.isDone() && !state.getAsBoolean()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return waiting.isEmpty() && committing.isEmpty();
  }

  private static int images(Collection<UnderWay> polls) {
    return polls.stream().mapToInt(UnderWay::count).sum();
  }

  private static long bytes(Collection<UnderWay> polls) {
    return polls.stream().mapToLong(UnderWay::bytes).sum();
  }

  private Void work() throws InterruptedException {
    while (true) {
      List<Outcome> outcomes = new ArrayList<>(takeFirst().await());
      for (UnderWay known : takeKnown()) {
        outcomes.addAll(known.await());
      }
      finish(commit(outcomes));
      gather();
    }
  }

  private void gather() throws InterruptedException {
    long deadline = System.nanoTime() + pauseInACrowd.toNanos();
    Thread.sleep(PAUSE.toMillis());
    while (inACrowd() && System.nanoTime() < deadline) {
      Thread.sleep(LOOK.toMillis());
    }
  }

  /** Whether more images than a poll has are waiting, and the classifier is not done with them. */
  private boolean inACrowd() {
    lock.lock();
    try {
      return images(waiting) > pollImages && !waiting.getLast().isKnown();
    } finally {
      lock.unlock();
    }
  }

  private void tellOfItsEnd() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private UnderWay takeFirst() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        changed.await();
      }
      committing.add(waiting.remove());
      return committing.get(0);
    } finally {
      lock.unlock();
    }
  }

  /** The polls behind the first one whose outcomes are known, too, as far as there is room. */
  private List<UnderWay> takeKnown() {
    lock.lock();
    try {
      int images = images(committing);
      List<UnderWay> known = new ArrayList<>();
      while (!waiting.isEmpty() && waiting.peek().isKnown()) {
        images += waiting.peek().count();
        if (images > maxImages) {
          break;
        }
        known.add(waiting.remove());
      }
      committing.addAll(known);
      return known;
    } finally {
      lock.unlock();
    }
  }

  private boolean commit(List<Outcome> outcomes) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    ConsumerGroupMetadata by;
    lock.lock();
    try {
      committing.forEach(poll -> positions.putAll(poll.nextOffsets()));
      by = member;
    } finally {
      lock.unlock();
    }
    return transaction.commit(outcomes, positions, by);
  }

  private void finish(boolean committed) {
    lock.lock();
    try {
      committing.clear();
      if (!committed) {
        failed = true;
        waiting.clear();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
