package dev.rivulet.trainer.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.TrainerPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchFeedTest {
  private static final String RUN = "run-1";
  private static final int BATCH_SIZE = 64;
  private static final int FULL = 2_048 / BATCH_SIZE;
  private static final long MANY_IMAGES = Long.MAX_VALUE;
  private static final Duration LONG = Duration.ofMinutes(5);

  private final BatchFeed feed = new BatchFeed(TrainerPosition.start(RUN, 0), 1_000, BATCH_SIZE);
  private int added;

  @Test
  void waitsUntilTheTrainerHasMadeRoom() throws Exception {
    add(FULL + 1);
    Thread consumer = waiting(MANY_IMAGES);
    train();
    assertThat(feed.full()).isTrue();
    assertThat(consumer.isAlive()).isTrue();

    train();

    consumer.join();
    assertThat(feed.full()).isFalse();
  }

  @Test
  void waitsUntilEnoughImagesAreTrainedToBeCommitted() throws Exception {
    add(FULL + 8);
    Thread consumer = waiting(2 * BATCH_SIZE);
    train();
    assertThat(consumer.isAlive()).isTrue();

    train();

    consumer.join();
    assertThat(feed.full()).isTrue();
    assertThat(feed.consumedImages()).isEqualTo(2 * BATCH_SIZE);
  }

  @Test
  void doesNotWaitForWhatIsThereAlready() throws Exception {
    feed.awaitConsumption(MANY_IMAGES, LONG);
    add(FULL + 8);
    train();

    feed.awaitConsumption(BATCH_SIZE, LONG);

    assertThat(feed.full()).isTrue();
  }

  @Test
  void missesNoCallThatCameBeforeTheWait() throws Exception {
    add(FULL);
    feed.endWait();

    feed.awaitConsumption(MANY_IMAGES, LONG);

    assertThat(feed.full()).isTrue();
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    add(FULL);

    feed.awaitConsumption(MANY_IMAGES, Duration.ofMillis(1));

    assertThat(feed.full()).isTrue();
  }

  private Thread waiting(long images) throws InterruptedException {
    Thread consumer =
        new Thread(
            () -> {
              try {
                feed.awaitConsumption(images, LONG);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    consumer.setDaemon(true);
    consumer.start();
    while (consumer.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    return consumer;
  }

  private void train() throws InterruptedException {
    Optional<TrainableBatch> batch = feed.poll(1, TimeUnit.SECONDS);
    feed.consumed(batch.orElseThrow());
  }

  private void add(int batches) {
    LabelledImages images =
        new LabelledImages(new byte[BATCH_SIZE * 32 * 32 * 3], new int[BATCH_SIZE]);
    for (int i = 0; i < batches; i++) {
      ImageBatch.parts(RUN, 0, 1, added, images).forEach(part -> feed.add(record(part)));
      added++;
    }
  }

  private ConsumerRecord<String, byte[]> record(ImageBatch part) {
    ProducerRecord<String, byte[]> sent = part.toRecord("training-batches");
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        added,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        new RecordHeaders(sent.headers()),
        Optional.empty());
  }
}
