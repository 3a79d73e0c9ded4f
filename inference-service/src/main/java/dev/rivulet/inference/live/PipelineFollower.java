package dev.rivulet.inference.live;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.events.kafka.TopicCreation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Reads for all pages at once, outside of any group: runs and epochs from the beginning, the rest
 * from near the end.
 */
final class PipelineFollower implements Runnable, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PipelineFollower.class);

  /** How often there may be news of image events and of the model. */
  private static final Duration BEAT = Duration.ofMillis(500);

  private static final Duration RETRY = Duration.ofSeconds(2);

  /** It may stumble over the same event again. */
  private static final Duration RETRY_AFTER_STUMBLING = Duration.ofSeconds(30);

  private static final Duration CLOSING = Duration.ofSeconds(1);

  // a rejected image comes with its bytes, up to 16 MiB each
  private static final int FETCH_BYTES = 4 << 20;

  // histories and floods need not wait for the next beat
  private static final int MUCH_BYTES = 256 << 10;

  private final KafkaConnection kafka;
  private final Topics topics;
  private final PipelineView view;
  private final Consumer<PipelineView.News> pages;
  private final Runnable everyBeat;
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * @param pages is told what is new
   * @param everyBeat is run twice a second
   */
  PipelineFollower(
      KafkaConnection kafka,
      Topics topics,
      PipelineView view,
      Consumer<PipelineView.News> pages,
      Runnable everyBeat) {
    this.kafka = kafka;
    this.topics = topics;
    this.view = view;
    this.pages = pages;
    this.everyBeat = everyBeat;
  }

  /** Returns after {@link #close}; a broker that is away is waited for. */
  @Override
  public void run() {
    try {
      TopicCreation.ensureWhenKafkaAnswers(
          kafka,
          List.of(
              topics.trainingRunsSpec(),
              topics.trainingMetricsSpec(),
              topics.trainingProgressSpec(),
              topics.validationBatchesSpec(),
              topics.imagesSpec(),
              topics.predictionsSpec(),
              topics.imagesRejectedSpec()),
          () -> closed(Duration.ZERO),
          LOG::debug);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (TopicConflictException e) {
      LOG.warnf("the live page has nothing to show: %s", e.getMessage());
      return;
    }
    while (!closed(Duration.ZERO)) {
      try (KafkaConsumer<byte[], byte[]> consumer = open()) {
        follow(consumer);
        consumer.close(CloseOptions.timeout(CLOSING));
      } catch (KafkaException e) {
        if (closed(Duration.ZERO)) {
          return;
        }
        LOG.warnf(
            "the live page cannot be kept up to date (%s); trying again in %d s",
            e.getMessage(), RETRY.toSeconds());
        closed(RETRY);
      } catch (RuntimeException e) {
        LOG.warnf(
            e,
            "the live page stumbled over an event; it reads on in %d s",
            RETRY_AFTER_STUMBLING.toSeconds());
        closed(RETRY_AFTER_STUMBLING);
      }
    }
  }

  /** Makes {@link #run} return soon. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer) {
    long beatNanos = System.nanoTime();
    while (!closed(Duration.ZERO)) {
      consumer.poll(BEAT).forEach(record -> view.apply(record).ifPresent(pages));
      long now = System.nanoTime();
      if (now - beatNanos >= BEAT.toNanos()) {
        beatNanos = now;
        view.imageNews(now).ifPresent(pages);
        everyBeat.run();
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> open() {
    KafkaConsumer<byte[], byte[]> consumer =
        kafka.consumerOfAnyKeys(
            Map.of(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES,
                // whatever there is every beat, not each record as it comes
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                MUCH_BYTES,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                (int) BEAT.toMillis(),
                // an offset that has been deleted meanwhile: go on with what comes
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest"));
    try {
      List<TopicPartition> histories =
          partitions(consumer, topics.trainingRuns(), topics.trainingMetrics());
      List<TopicPartition> recent =
          partitions(
              consumer, topics.trainingProgress(), topics.predictions(), topics.imagesRejected());
      List<TopicPartition> all = new ArrayList<>(histories);
      all.addAll(recent);
      consumer.assign(all);
      consumer.seekToBeginning(histories);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(recent);
      // markers of transactions have offsets too, hence twice as many
      consumer
          .endOffsets(recent)
          .forEach(
              (partition, end) ->
                  consumer.seek(
                      partition, Math.max(begins.get(partition), end - 2L * ImageStrip.LENGTH)));
      return consumer;
    } catch (RuntimeException e) {
      consumer.close(CloseOptions.timeout(CLOSING));
      throw e;
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String... names) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String name : names) {
      consumer
          .partitionsFor(name)
          .forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
    }
    return partitions;
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
