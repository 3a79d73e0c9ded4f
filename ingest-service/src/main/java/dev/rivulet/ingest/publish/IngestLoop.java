package dev.rivulet.ingest.publish;

import dev.rivulet.events.kafka.RepeatedFailure;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.ingest.dataset.DatasetException;
import dev.rivulet.ingest.dataset.LoadedDataset;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Feeds one run after the other while this ingest is the active one, on a thread of its own.
 *
 * <p>Trouble with Kafka starts it over: what was committed is found in the topics again, what was
 * not is aborted.
 */
public final class IngestLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(IngestLoop.class);
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final Duration IDLE = Duration.ofMillis(50);
  // a stop must not wait longer than that
  private static final Duration LONGEST_IDLE = Duration.ofMillis(500);
  private static final long RETRY_MILLIS = 1_000;
  // less than the half minute that Docker gives a container
  private static final Duration ENDING = Duration.ofSeconds(20);

  private final IngestEnvironment env;
  private final RepeatedFailure failure = new RepeatedFailure();
  private final Thread thread = new Thread(this::run, "ingest");
  private final ExecutorService loader = Executors.newSingleThreadExecutor(IngestLoop::daemon);
  // the loop's thread alone touches these; a loaded data set survives trouble with Kafka
  private String loadingRun;
  private Future<LoadedDataset> loading;

  public IngestLoop(IngestEnvironment env) {
    this.env = env;
  }

  /**
   * @param onDeath is told if the loop ends by an exception that nobody expects
   */
  public void start(Thread.UncaughtExceptionHandler onDeath) {
    thread.setUncaughtExceptionHandler(onDeath);
    thread.start();
  }

  /** Whether the loop is at work, or waits for work. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Why Kafka keeps publishing from going on, if it does so again and again. */
  public Optional<String> trouble() {
    return failure.reason();
  }

  /** Waits for the transaction under way; not for ever, as the broker may be away. */
  @Override
  public void close() throws InterruptedException {
    thread.join(ENDING.toMillis());
    thread.interrupt();
    thread.join();
    loader.shutdownNow();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "load");
    thread.setDaemon(true);
    return thread;
  }

  private void run() {
    // one member of the group for all its life: a consumer that is closed while the group makes up
    // its mind stays a member for the broker, which the others then wait for
    try (RunWatch runs = new RunWatch(env.kafka(), env.topics())) {
      while (!closing()) {
        try {
          feedWhileActive(runs);
        } catch (KafkaException e) {
          env.metrics().failed();
          failure.failed(e);
          LOG.warnf("Kafka failed, going on after the last committed batch: %s", e.getMessage());
          LOG.debug("details", e);
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void feedWhileActive(RunWatch runs) throws InterruptedException {
    while (!closing() && !runs.active()) {
      runs.poll(IDLE);
      failure.calm();
    }
    if (closing()) {
      return;
    }
    int assignment = runs.assignments();
    try (ImageBatchPublisher publisher = ImageBatchPublisher.open(env.kafka(), env.topics())) {
      runs.catchUp();
      feed(runs, publisher, assignment);
    }
  }

  /**
   * Feeds one run, the next whose turn it is. Another one needs another publisher: a commit returns
   * before its records show, and opening a publisher waits for them, so that a feed begins behind
   * all that was published.
   */
  private void feed(RunWatch runs, ImageBatchPublisher publisher, int assignment)
      throws InterruptedException {
    RunFeed feed = null;
    boolean busy = false;
    while (true) {
      runs.poll(busy ? NO_WAIT : idle(feed));
      if (closing() || !runs.active() || runs.assignments() != assignment) {
        return;
      }
      repeatOvertakenEnds(runs, publisher);
      Optional<TrainingRun> current =
          runs.ledger().current().filter(run -> run.status() != RunStatus.STOPPING);
      if (feed == null) {
        feed = begin(runs, publisher, current);
        busy = feed != null;
      } else if (isFor(feed, current)) {
        busy = feed.publishNext();
        failure.succeeded();
      } else {
        return;
      }
    }
  }

  /** A run may be stopped in the moment in which its data set is named. */
  private static void repeatOvertakenEnds(RunWatch runs, ImageBatchPublisher publisher) {
    for (TrainingRun ended : runs.ledger().overtakenEnds()) {
      publisher.publish(ended, List.of());
      runs.ledger().repeated(ended);
    }
  }

  /** A run event ends the wait anyway. */
  private static Duration idle(RunFeed feed) {
    return feed == null ? IDLE : Collections.min(List.of(feed.idle(), LONGEST_IDLE));
  }

  private static boolean isFor(RunFeed feed, Optional<TrainingRun> run) {
    return run.isPresent()
        && feed.run().id().equals(run.get().id())
        && feed.run().attempt() == run.get().attempt();
  }

  /** Begins to feed the run, if there is one, and its data set is loaded; loads it if not. */
  private RunFeed begin(RunWatch runs, ImageBatchPublisher publisher, Optional<TrainingRun> next)
      throws InterruptedException {
    if (next.isEmpty()) {
      failure.succeeded();
      stopLoading();
      return null;
    }
    TrainingRun run = next.get();
    if (!run.id().equals(loadingRun)) {
      stopLoading();
      String source = run.dataset().map(DatasetDescription::source).orElse(run.plan().dataset());
      loadingRun = run.id();
      loading = loader.submit(() -> env.datasets().load(source, env.metrics()::loading));
    }
    if (!loading.isDone()) {
      return null;
    }
    try {
      return RunFeed.begin(env, publisher, run, loading.get(), endOffset());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof DatasetException)) {
        LOG.errorf(e.getCause(), "Run %s: loading %s failed", run.id(), run.plan().dataset());
      }
      fail(runs, publisher, run, reason(run.plan().dataset(), e.getCause()));
    } catch (DatasetException e) {
      fail(runs, publisher, run, e.getMessage());
    }
    return null;
  }

  /** Nobody waits for it any more, and the next one's turn comes when it has ended. */
  private void stopLoading() {
    if (loading != null && !loading.isDone()) {
      loading.cancel(true);
      loadingRun = null;
    }
  }

  /** Why a data set could not be loaded, in words; not every failure brings some of its own. */
  static String reason(String dataset, Throwable failure) {
    return failure instanceof DatasetException
        ? failure.getMessage()
        : "loading %s failed: %s; the log of ingest-service has more".formatted(dataset, failure);
  }

  private void fail(RunWatch runs, ImageBatchPublisher publisher, TrainingRun run, String message)
      throws InterruptedException {
    LOG.errorf("Run %s failed: %s", run.id(), message);
    TrainingRun failed = run.ended(RunStatus.FAILED, Instant.now(), Optional.of(message));
    publisher.publish(failed, List.of());
    runs.ledger().merge(failed);
    loadingRun = null;
  }

  private long endOffset() throws InterruptedException {
    TopicPartition batches = new TopicPartition(env.topics().trainingBatches(), 0);
    try {
      return env.admin()
          .listOffsets(Map.of(batches, OffsetSpec.latest()))
          .partitionResult(batches)
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw new KafkaException("the end of " + batches + " is unknown", e.getCause());
    }
  }

  private boolean closing() {
    return env.closing().getAsBoolean();
  }
}
