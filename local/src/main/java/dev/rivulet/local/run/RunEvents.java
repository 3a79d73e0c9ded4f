package dev.rivulet.local.run;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.TrainingRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * All runs and their epochs, as the events tell them, and the way to publish a run's event. Epochs
 * have their validation detail for the run alone that completed one last.
 */
public final class RunEvents implements AutoCloseable {
  private final KafkaConnection kafka;
  private final Topics topics;
  private final TopicReader runReader;
  private final TopicReader metricsReader;
  private final Consumer<String> notices;
  private final RunLedger ledger = new RunLedger();
  private final Map<String, TreeMap<Integer, EpochCompleted>> epochs = new TreeMap<>();
  private String latest = "";

  private RunEvents(
      KafkaConnection kafka,
      Topics topics,
      TopicReader runReader,
      TopicReader metricsReader,
      Consumer<String> notices) {
    this.kafka = kafka;
    this.topics = topics;
    this.runReader = runReader;
    this.metricsReader = metricsReader;
    this.notices = notices;
  }

  /**
   * Reads all that is there.
   *
   * @param notices is told about records that are no such events; they are passed over
   * @throws KafkaException if a topic does not exist or the cluster does not answer
   */
  public static RunEvents read(KafkaConnection kafka, Topics topics, Consumer<String> notices) {
    TopicReader runs = TopicReader.fromBeginning(kafka, topics.trainingRuns());
    TopicReader metrics;
    try {
      metrics = TopicReader.fromBeginning(kafka, topics.trainingMetrics());
    } catch (RuntimeException e) {
      runs.close();
      throw e;
    }
    RunEvents events = new RunEvents(kafka, topics, runs, metrics, notices);
    try {
      runs.readToEnd(events::applyRun);
      metrics.readToEnd(events::applyEpoch);
      return events;
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  /** Takes in what came since the last call, waiting for up to {@code timeout}. */
  public void poll(Duration timeout) {
    runReader.poll(timeout.dividedBy(2)).forEach(this::applyRun);
    metricsReader.poll(timeout.dividedBy(2)).forEach(this::applyEpoch);
  }

  /** Publishes a run's event; it is known here at once. */
  public TrainingRun publish(TrainingRun run) throws InterruptedException {
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer
          .send(new ProducerRecord<>(topics.trainingRuns(), run.id(), EventJson.write(run)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaException("run %s could not be published".formatted(run.id()), e.getCause());
    }
    return ledger.merge(run);
  }

  public RunLedger ledger() {
    return ledger;
  }

  /**
   * @throws IllegalArgumentException if there is no such run
   */
  public TrainingRun run(String id) {
    return ledger
        .find(id)
        .orElseThrow(
            () -> new IllegalArgumentException("no run " + id + "; ./rivulet runs lists them"));
  }

  /** The run's epochs that are complete, in order. */
  public List<EpochCompleted> epochs(String run) {
    return List.copyOf(epochs.getOrDefault(run, new TreeMap<>()).values());
  }

  /** One line about each run, in the order of their requests. */
  public List<RunSummary> summaries(Instant now) {
    return ledger.all().stream().map(run -> summary(run, now)).toList();
  }

  /** One line about this run. */
  public RunSummary summary(TrainingRun run, Instant now) {
    return RunSummary.of(run, epochs(run.id()), now);
  }

  private void applyRun(ConsumerRecord<String, byte[]> record) {
    try {
      Optional<TrainingRun> run = ledger.apply(record);
      if (run.isEmpty()) {
        epochs.remove(record.key());
      }
    } catch (EventFormatException e) {
      notices.accept("passed over a foreign record: " + e.getMessage());
    }
  }

  private void applyEpoch(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      EpochCompleted epoch = EventJson.read(record.value(), EpochCompleted.class);
      if (!epoch.run().equals(latest)) {
        // the details of all runs would not fit into the launcher's memory
        epochs
            .getOrDefault(latest, new TreeMap<>())
            .replaceAll((number, earlier) -> earlier.withoutDetail());
        latest = epoch.run();
      }
      epochs.computeIfAbsent(epoch.run(), run -> new TreeMap<>()).put(epoch.epoch(), epoch);
    } catch (EventFormatException e) {
      notices.accept(
          "passed over a foreign record: %s offset %d: %s"
              .formatted(record.topic(), record.offset(), e.getMessage()));
    }
  }

  @Override
  public void close() {
    runReader.close();
    metricsReader.close();
  }
}
