package dev.rivulet.trainer.consume;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.RunLedger;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** Keeps the ledger of all runs up to date with {@code training-runs}, on a thread of its own. */
public final class RunFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RunFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long RETRY_MILLIS = 1_000;

  private final KafkaConnection kafka;
  private final String topic;
  private final RunLedger ledger = new RunLedger();
  private final Thread thread = new Thread(this::run, "run-follower");
  private volatile boolean known;
  private volatile boolean closing;

  public RunFollower(KafkaConnection kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  /**
   * @param onDeath is told if following ends by an exception that nobody expects
   */
  public void start(Thread.UncaughtExceptionHandler onDeath) {
    thread.setUncaughtExceptionHandler(onDeath);
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the ledger has had all runs that there were, at some moment. */
  public boolean known() {
    return known;
  }

  /** All runs as known by now; safe to use from any thread. */
  public RunLedger ledger() {
    return ledger;
  }

  /** Reads every event that is there now, on the caller's thread. */
  public void catchUp() {
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(this::apply);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
  }

  private void run() {
    while (!closing) {
      try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
        while (!closing) {
          reader.poll(POLL).forEach(this::apply);
          known |= reader.atEnd();
        }
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        LOG.warnf("Following %s failed, trying again: %s", topic, e.getMessage());
        pauseBeforeRetry();
      }
    }
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    try {
      ledger.apply(record);
    } catch (EventFormatException e) {
      LOG.errorf("Skipping a record that is no training run: %s", e.getMessage());
    }
  }

  private void pauseBeforeRetry() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }
}
