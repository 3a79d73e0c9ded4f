package dev.rivulet.inference.classify;

import dev.rivulet.events.Groups;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.BrokerContact;
import dev.rivulet.events.kafka.ClientSettingException;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.LiveModel;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Gives each event of {@code images} its one outcome, for as long as the service lives.
 *
 * <p>It joins the group when there is a model: until then the events wait in Kafka, or go to a
 * replica that has one.
 */
public final class ImageEventLoop implements Runnable, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ImageEventLoop.class);
  private static final Duration LOOK_UP = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(2);

  // the same for every producer of this process, so that a new one settles what the last one left
  private final String transactionalId = Groups.INFERENCE + "-" + UUID.randomUUID();

  private final KafkaConnection kafka;
  private final Topics topics;
  private final LiveModel live;
  private final ImageOutcomes outcomesOf;
  private final InferenceMetrics metrics;
  private final int pollImages;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile ImageTransactions current;
  private volatile BrokerContact contact;

  /**
   * @param pollImages most images in one poll
   */
  public ImageEventLoop(
      KafkaConnection kafka,
      Topics topics,
      LiveModel live,
      ImageClassifier classifier,
      InferenceMetrics metrics,
      int pollImages) {
    this.kafka = kafka;
    this.topics = topics;
    this.live = live;
    this.outcomesOf = new ImageOutcomes(classifier, Clock.systemUTC());
    this.metrics = metrics;
    this.pollImages = pollImages;
  }

  /**
   * Returns after {@link #close}, the images under way being done; a broker that is away is waited
   * for.
   *
   * @throws ClassifierStoppedException if no image will be classified any more
   * @throws ClientSettingException if a setting makes that impossible
   */
  @Override
  public void run() {
    try (BrokerContact watched = BrokerContact.watch(kafka, LOG::warn)) {
      contact = watched;
      while (!closed(Duration.ZERO) && !live.await(LOOK_UP)) {
        continue;
      }
      while (!closed(Duration.ZERO)) {
        serve();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() throws InterruptedException {
    try (ImageTransactions transactions =
        new ImageTransactions(kafka, topics, outcomesOf, metrics, transactionalId, pollImages)) {
      transactions.begin();
      current = transactions;
      boolean atOnce = true;
      while (!closed(atOnce ? Duration.ZERO : RETRY)) {
        atOnce = transactions.step();
      }
      transactions.finish();
    } catch (KafkaException e) {
      ClientSettingException.throwIfCauseOf(e);
      LOG.warnf(
          "image events are interrupted (%s); going on in %d s", e.getMessage(), RETRY.toSeconds());
      current = null;
      closed(RETRY);
    } finally {
      current = null;
    }
  }

  /** Whether Kafka has answered the last question. */
  public boolean reachesBroker() {
    BrokerContact broker = contact;
    return broker != null && !broker.lost();
  }

  /** What keeps image events from being classified by this replica, if anything does. */
  public Optional<String> trouble() {
    BrokerContact broker = contact;
    if (broker != null && broker.lost()) {
      return Optional.of(
          "Kafka at %s does not answer: image events wait there"
              .formatted(kafka.bootstrapServers()));
    }
    ImageTransactions transactions = current;
    if (transactions == null) {
      return Optional.of(
          live.current().isEmpty()
              ? "waiting for the first checkpoint before joining the consumer group"
              : "connecting to Kafka at " + kafka.bootstrapServers());
    }
    return transactions.joined()
        ? transactions.refusal()
        : Optional.of("joining the consumer group " + Groups.INFERENCE);
  }

  /** Makes {@link #run} return when the images under way are done. */
  @Override
  public void close() {
    closing.countDown();
  }

  /** Whether it is to end, waiting for that up to {@code timeout}. */
  private boolean closed(Duration timeout) throws InterruptedException {
    return closing.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }
}
