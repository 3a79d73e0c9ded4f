package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Health;
import dev.rivulet.chaos.Pipeline;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.TrialFailedException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** Ingest alone: no trainer holds it back, so it publishes a whole run as fast as it can. */
public final class PublishedEpochs {
  public static final String MIB_PER_SECOND = "MiB/s";

  /** A window that no run fills. */
  public static final String UNLIMITED_WINDOW = String.valueOf(Integer.MAX_VALUE);

  static final String COUNTER = "rivulet_images_published_total";
  private static final long LOOK_UP_MILLIS = 25;
  private static final Duration POLL = Duration.ofSeconds(10);

  private PublishedEpochs() {}

  /**
   * Starts broker and ingest, and measures from the first record's time to the last commit.
   *
   * @param images of all epochs together
   */
  public static Measured measure(Stage stage, TrainingPlan plan, long images, Duration patience)
      throws InterruptedException {
    Pipeline pipeline = stage.pipeline();
    pipeline.startBroker();
    pipeline.start(Pipeline.INGEST);
    stage.awaitReady(Pipeline.INGEST, patience);
    try (RunEvents events =
        RunEvents.read(
            pipeline.kafka(),
            Topics.DEFAULT,
            line -> {
              throw new TrialFailedException(line);
            })) {
      events.publish(TrainingRun.requested(RunIds.next(Instant.now()), plan, Instant.now()));
    }
    awaitImages(stage, images, patience);
    Instant end = Instant.now();
    ConsumerRecord<String, byte[]> first = firstBatch(pipeline.kafka());
    double seconds = (end.toEpochMilli() - first.timestamp()) / 1e3;
    double bytesPerImage = (double) first.value().length / plan.batchSize();
    return Measured.of(
        "Rivulet's ingest", MIB_PER_SECOND, images * bytesPerImage / (1 << 20) / seconds);
  }

  private static void awaitImages(Stage stage, long images, Duration patience)
      throws InterruptedException {
    Health health = new Health();
    String ingest = stage.pipeline().url(Pipeline.INGEST);
    long deadline = System.nanoTime() + patience.toNanos();
    while (ScrapedMetrics.of(health, ingest).sum(COUNTER) < images) {
      stage.requireAlive();
      if (System.nanoTime() > deadline) {
        throw new TrialFailedException(
            "ingest has not published %d images in %d s".formatted(images, patience.toSeconds()));
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  private static ConsumerRecord<String, byte[]> firstBatch(KafkaConnection kafka) {
    try (TopicReader batches = TopicReader.fromBeginning(kafka, Topics.DEFAULT.trainingBatches())) {
      ConsumerRecords<String, byte[]> records = batches.poll(POLL);
      if (records.isEmpty()) {
        throw new TrialFailedException("the topic of batches is empty");
      }
      return records.iterator().next();
    }
  }
}
