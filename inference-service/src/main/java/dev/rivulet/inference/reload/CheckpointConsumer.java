package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Follows the topic {@code checkpoints} and puts the newest good one to work; of a burst, the
 * newest alone.
 */
public final class CheckpointConsumer implements Runnable, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CheckpointConsumer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KafkaConnection kafka;
  private final String topic;
  private final CheckpointLoader loader;
  private final LiveModel live;
  private final InferenceMetrics metrics;
  private final CountDownLatch closing = new CountDownLatch(1);

  public CheckpointConsumer(
      KafkaConnection kafka,
      String topic,
      CheckpointLoader loader,
      LiveModel live,
      InferenceMetrics metrics) {
    this.kafka = kafka;
    this.topic = topic;
    this.loader = loader;
    this.live = live;
    this.metrics = metrics;
  }

  /** Returns after {@link #close}; a broker that is away is waited for. */
  @Override
  public void run() {
    while (!closed(Duration.ZERO)) {
      try (CheckpointLog log = new CheckpointLog(kafka, topic)) {
        while (!closed(Duration.ZERO)) {
          if (log.readOn(POLL)) {
            loadNewest(log);
          }
        }
      } catch (KafkaException e) {
        LOG.warnf(
            "checkpoints cannot be read (%s); trying again in %d s",
            e.getMessage(), RETRY.toSeconds());
        closed(RETRY);
      }
    }
  }

  /** Makes {@link #run} return soon. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void loadNewest(CheckpointLog log) {
    boolean settled = false;
    while (!settled) {
      Optional<CheckpointLog.Candidate> candidate = log.newest();
      if (candidate.isEmpty()) {
        return;
      }
      settled = serve(candidate.get());
      if (settled) {
        log.dismissAll();
      } else {
        log.dismiss(candidate.get());
      }
    }
  }

  private boolean serve(CheckpointLog.Candidate candidate) {
    long startNanos = System.nanoTime();
    ServedModel model;
    try {
      model = loader.load(candidate.blob());
    } catch (CheckpointRefusedException e) {
      metrics.reloadRefused(e.reason());
      LOG.warnf(
          "checkpoint %s (offset %d) refused, %s: %s; %s",
          candidate.key(),
          candidate.offset(),
          e.reason().label(),
          e.getMessage(),
          live.current().isPresent() ? "the old model keeps serving" : "still without a model");
      return false;
    }
    live.swap(model);
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    metrics.reloadSucceeded(model, took);
    ModelDescription description = model.description();
    LOG.infof(
        "serving %s epoch %d (%s, validation accuracy %.4f), loaded in %d ms",
        description.run(),
        description.epoch(),
        description.dataset(),
        description.validationAccuracy(),
        took.toMillis());
    return true;
  }

  /** Whether it is to end, waiting for that up to {@code timeout}. */
  private boolean closed(Duration timeout) {
    try {
      return closing.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
