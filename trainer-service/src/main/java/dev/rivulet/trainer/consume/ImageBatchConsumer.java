package dev.rivulet.trainer.consume;

import dev.rivulet.events.Groups;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.RepeatedFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Fetches batches ahead on a thread of its own, and by owning the one partition decides which
 * trainer is active.
 *
 * <p>The group's committed offset says what has been consumed, once a second and more often where
 * training is fast, for ingest's flow control. It is never where training resumes: that is in the
 * trainer state.
 */
public final class ImageBatchConsumer implements AutoCloseable {
  /** The {@link #assignment} of a trainer that waits for its turn. */
  public static final int NOT_ACTIVE = 0;

  static final int MAX_POLL_RECORDS = 64;

  private static final Logger LOG = Logger.getLogger(ImageBatchConsumer.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int SESSION_TIMEOUT_MILLIS = 6_000;

  // how long a rebalance waits for a process that died with the broker, which may forget to miss it
  private static final int MAX_POLL_INTERVAL_MILLIS = 30_000;
  private static final int FETCH_BYTES = 8 << 20;
  private static final long COMMIT_MILLIS = 1_000;

  // in a second a GPU consumes all that ingest may be ahead, and would wait for the next commit
  private static final long COMMIT_IMAGES = 512;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final TopicPartition partition;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread = new Thread(this::run, "image-batch-consumer");
  private final RepeatedFailure failure = new RepeatedFailure();
  private volatile boolean closing;
  private volatile int assignment = NOT_ACTIVE;
  private volatile BatchFeed wanted;
  // the thread alone touches these
  private int assignments;
  private BatchFeed feed;
  private long passedOffset = -1;
  private long committedOffset = -1;
  private long committedAtMillis;
  private long committedImages;

  public ImageBatchConsumer(KafkaConnection kafka, String topic) {
    this.partition = new TopicPartition(topic, 0);
    this.consumer =
        kafka.consumer(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                Groups.TRAINER,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MILLIS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                SESSION_TIMEOUT_MILLIS / 3,
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                MAX_POLL_INTERVAL_MILLIS,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                MAX_POLL_RECORDS,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                // a trainer that waits for its turn does not interrupt the active one
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()));
  }

  /**
   * @param onDeath is told if fetching ends by an exception that nobody expects
   */
  public void start(Thread.UncaughtExceptionHandler onDeath) {
    thread.setUncaughtExceptionHandler(onDeath);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * A number for the time in which this trainer is the one that trains, or {@link #NOT_ACTIVE}.
   * Between two of them another one may have had its turn, however short the time.
   */
  public int assignment() {
    return assignment;
  }

  /**
   * Begins to fetch a run's batches from a position on; an earlier feed gets no more. For the
   * trainer's thread alone.
   */
  public BatchFeed open(TrainerPosition from, int batchesPerEpoch, int batchSize) {
    BatchFeed next = new BatchFeed(from, batchesPerEpoch, batchSize);
    BatchFeed before = wanted;
    wanted = next;
    endWaitFor(before);
    return next;
  }

  /**
   * Ends a feed: what it has passed over until now is committed, and nothing behind that, since the
   * next run's batches wait for a feed of their own. For the trainer's thread alone.
   */
  public void release(BatchFeed given) {
    if (wanted == given) {
      wanted = null;
      endWaitFor(given);
    }
  }

  private static void endWaitFor(BatchFeed feed) {
    if (feed != null) {
      feed.endWait();
    }
  }

  /** Whether this feed is still being filled; if not, another trainer may have taken over. */
  public boolean feeds(BatchFeed given) {
    return active() && wanted == given;
  }

  /** Why fetching fails again and again, if it does. */
  public Optional<String> trouble() {
    return failure.reason();
  }

  /** Leaves the group at once, so that a waiting trainer takes over. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    consumer.wakeup();
    endWaitFor(wanted);
    thread.join();
  }

  private void run() {
    try {
      consumer.subscribe(List.of(partition.topic()), new Ownership());
      while (!closing) {
        fetch();
        awaitWork();
      }
    } catch (WakeupException e) {
      LOG.debug("closing");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      assignment = NOT_ACTIVE;
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
  }

  private boolean active() {
    return assignment != NOT_ACTIVE;
  }

  private void fetch() {
    try {
      boolean full = wantsNoMore();
      if (active() && feed != null && feed == wanted && !full) {
        consumer.resume(List.of(partition));
      } else if (active()) {
        consumer.pause(List.of(partition));
      }
      BatchFeed filling = feed;
      // with a full feed it only keeps its place in the group
      consumer.poll(full ? Duration.ZERO : POLL).forEach(record -> filling.add(record));
      if (active()) {
        BatchFeed next = wanted;
        commitConsumed(next != feed);
        goOverTo(next);
      }
      failure.calm();
    } catch (WakeupException e) {
      throw e;
    } catch (RebalanceInProgressException e) {
      // another trainer came or went: the next poll settles that, and the commit is due again then
      LOG.debug("not committed while the group changes");
      pause(POLL);
    } catch (KafkaException e) {
      failure.failed(e);
      LOG.warnf("Fetching batches failed, trying again: %s", e.getMessage());
      pause(RETRY);
    }
  }

  /** Whether the feed is the one that is wanted, and full. */
  private boolean wantsNoMore() {
    return feed != null && feed == wanted && feed.full();
  }

  /** While the feed is full there is nothing to do but to commit now and then. */
  private void awaitWork() throws InterruptedException {
    if (active() && wantsNoMore()) {
      long sinceCommit = System.nanoTime() / 1_000_000 - committedAtMillis;
      long toCommit = Math.max(0, COMMIT_MILLIS - sinceCommit);
      feed.awaitConsumption(committedImages + COMMIT_IMAGES, Duration.ofMillis(toCommit));
    }
  }

  private void commitConsumed(boolean released) {
    if (feed == null) {
      return;
    }
    if (!released) {
      // a poll that ends after the release may have brought the next run's batches
      passedOffset = consumer.position(partition);
    }
    long now = System.nanoTime() / 1_000_000;
    long images = feed.consumedImages();
    if (!released
        && now - committedAtMillis < COMMIT_MILLIS
        && images - committedImages < COMMIT_IMAGES) {
      return;
    }
    // behind what the feed passed over too (aborted records, markers, another run's leftovers), or
    // ingest would count it as waiting for ever
    long offset = feed.drained() ? passedOffset : feed.consumedOffset();
    if (offset >= 0 && offset != committedOffset) {
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
      committedOffset = offset;
    }
    committedAtMillis = now;
    committedImages = images;
  }

  private void goOverTo(BatchFeed next) {
    if (next == feed) {
      return;
    }
    feed = next;
    passedOffset = -1;
    committedImages = 0;
    if (next != null) {
      consumer.seek(partition, next.fromOffset());
    }
  }

  private void pause(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  private final class Ownership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.contains(partition)) {
        feed = null;
        wanted = null;
        committedOffset = -1;
        consumer.pause(List.of(partition));
        assignments++;
        assignment = assignments;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(partition)) {
        assignment = NOT_ACTIVE;
      }
    }
  }
}
