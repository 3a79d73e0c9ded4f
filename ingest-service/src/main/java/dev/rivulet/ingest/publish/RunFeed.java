package dev.rivulet.ingest.publish;

import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.kafka.TopicTail;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.ingest.augment.EpochBatches;
import dev.rivulet.ingest.dataset.Dataset;
import dev.rivulet.ingest.dataset.DatasetException;
import dev.rivulet.ingest.dataset.LoadedDataset;
import dev.rivulet.ingest.dataset.Split;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Feeds one run: names its data set, publishes the validation images once, then batch after batch
 * as the window allows.
 */
final class RunFeed {
  private static final Logger LOG = Logger.getLogger(RunFeed.class);

  private final IngestEnvironment env;
  private final ImageBatchPublisher publisher;
  private final TrainingRun run;
  private final FlowControl flow;
  private final BatchesAhead batches;
  private final TransactionSize transactions;
  private final int recordsPerBatch;
  private long endOffset;

  private RunFeed(
      IngestEnvironment env,
      ImageBatchPublisher publisher,
      TrainingRun run,
      Dataset dataset,
      long endOffset)
      throws InterruptedException {
    this.env = env;
    this.publisher = publisher;
    this.run = run;
    this.endOffset = endOffset;
    int batchSize = run.plan().batchSize();
    this.recordsPerBatch = (batchSize + ImageBatch.PART_IMAGES - 1) / ImageBatch.PART_IMAGES;
    this.transactions = new TransactionSize(batchSize, env.windowImages());
    long windowBatches =
        Math.max(2L * transactions.least() + 2, env.windowImages() / (long) batchSize);
    this.flow =
        new FlowControl(
            env.admin(),
            env.topics().trainingBatches(),
            windowBatches * recordsPerBatch,
            () -> System.nanoTime() / 1_000_000);
    EpochBatches epochs = new EpochBatches(dataset.train(), run.plan());
    BatchAddress from =
        new PublishedBatches(new TopicTail(env.kafka()), env.topics())
            .next(run, epochs.batchesPerEpoch());
    this.batches = new BatchesAhead(epochs, run.plan().epochs(), batchSize, from, env.workers());
    LOG.infof(
        "Run %s: publishing %s from epoch %d batch %d on",
        run.id(), dataset.name(), from.epoch(), from.batch());
  }

  /**
   * Begins to feed a run with a data set that was loaded for it.
   *
   * @param endOffset where the topic of batches ends now
   * @throws DatasetException if the run began with another data set
   */
  static RunFeed begin(
      IngestEnvironment env,
      ImageBatchPublisher publisher,
      TrainingRun run,
      LoadedDataset loaded,
      long endOffset)
      throws InterruptedException {
    Dataset dataset = loaded.dataset();
    if (run.dataset().isEmpty()) {
      DatasetDescription description = describe(loaded);
      publisher.publish(
          run.withDataset(description),
          validationIsPublished(env, description)
              ? List.of()
              : validationRecords(env.topics(), dataset));
    } else if (!run.dataset().get().id().equals(dataset.id())) {
      throw new DatasetException(
          "data set %s has changed since the run began (%s, now %s); restore it, or request a new run"
              .formatted(dataset.name(), run.dataset().get().id(), dataset.id()));
    }
    return new RunFeed(env, publisher, run, dataset, endOffset);
  }

  TrainingRun run() {
    return run;
  }

  /**
   * Publishes the next few batches if there are any and the window has room for them.
   *
   * @return whether it did
   */
  boolean publishNext() throws InterruptedException {
    if (batches.isEmpty()) {
      env.metrics().window(flow.usedRecords(endOffset), flow.windowRecords());
      return false;
    }
    long used = flow.usedRecords(endOffset);
    env.metrics().window(used, flow.windowRecords());
    int wanted = transactions.next((flow.windowRecords() - used) / recordsPerBatch);
    if (wanted == 0) {
      return false;
    }
    long begun = System.nanoTime();
    ImageBatchPublisher.BatchTransaction transaction = publisher.begin();
    int images = 0;
    int taken = 0;
    while (taken < wanted && !batches.isEmpty()) {
      BatchesAhead.Ready next = batches.take();
      BatchAddress address = next.address();
      ImageBatch.parts(run.id(), run.attempt(), address.epoch(), address.batch(), next.images())
          .forEach(transaction::send);
      images += next.images().size();
      taken++;
    }
    endOffset = transaction.commit();
    env.metrics().published(taken, images, Duration.ofNanos(System.nanoTime() - begun));
    return true;
  }

  /** How long {@link #publishNext} will have nothing to do after it had nothing to do. */
  Duration idle() {
    return Duration.ofMillis(flow.millisToNextLook());
  }

  private static DatasetDescription describe(LoadedDataset loaded) {
    Dataset dataset = loaded.dataset();
    return new DatasetDescription(
        dataset.name(),
        dataset.id(),
        loaded.source(),
        dataset.classNames(),
        dataset.train().size(),
        dataset.validation().size(),
        ValidationBatch.count(dataset.validation().size()),
        loaded.warning());
  }

  /**
   * Whether an earlier run had the same data set: its validation images came in one transaction.
   */
  private static boolean validationIsPublished(IngestEnvironment env, DatasetDescription dataset) {
    String lastKey = ValidationBatch.key(dataset.id(), dataset.validationBatches() - 1);
    return new TopicTail(env.kafka())
        .findLast(env.topics().validationBatches(), record -> lastKey.equals(record.key()))
        .isPresent();
  }

  private static List<ProducerRecord<String, byte[]>> validationRecords(
      Topics topics, Dataset dataset) {
    Split images = dataset.validation();
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (int from = 0; from < images.size(); from += ImageBatch.PART_IMAGES) {
      int to = Math.min(images.size(), from + ImageBatch.PART_IMAGES);
      ValidationBatch batch =
          new ValidationBatch(dataset.id(), records.size(), images.range(from, to));
      records.add(batch.toRecord(topics.validationBatches()));
    }
    return records;
  }
}
