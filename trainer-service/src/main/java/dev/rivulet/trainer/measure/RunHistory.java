package dev.rivulet.trainer.measure;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** The epochs of one run, from its first on, whatever process reported them. */
public final class RunHistory {
  private static final Logger LOG = Logger.getLogger(RunHistory.class);
  private static final String CSV_HEADER =
      "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,images,"
          + "images_per_second,seconds,data_wait_seconds,training_seconds,validation_seconds,"
          + "checkpoint_seconds,cumulative_seconds,completed_at,raw_validation_loss,"
          + "raw_validation_accuracy";

  private final SortedMap<Integer, EpochCompleted> epochs = new TreeMap<>();

  /** Reads the run's events from {@code training-metrics}. */
  public static RunHistory read(KafkaConnection kafka, String topic, String run) {
    RunHistory history = new RunHistory();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(
          record -> {
            if (record.key() == null || !record.key().startsWith(run + "/")) {
              return;
            }
            try {
              history.add(EventJson.read(record.value(), EpochCompleted.class));
            } catch (EventFormatException e) {
              LOG.errorf(
                  "Skipping %s offset %d: %s", record.topic(), record.offset(), e.getMessage());
            }
          });
    }
    return history;
  }

  public void add(EpochCompleted epoch) {
    epochs.put(epoch.epoch(), epoch);
  }

  public List<EpochCompleted> epochs() {
    return List.copyOf(epochs.values());
  }

  /**
   * One line per epoch: losses in nats per image, accuracies from 0 to 1, times in seconds. Raw is
   * what the weights would have done if the model were not their average; empty if it is not.
   */
  public String toCsv() {
    StringBuilder csv = new StringBuilder(CSV_HEADER).append('\n');
    double cumulative = 0;
    for (EpochCompleted e : epochs.values()) {
      cumulative += e.seconds().total();
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%.6f,%.6f,%.6f,%.6f,%.8f,%d,%.2f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%s,%s%n",
              e.epoch(),
              e.train().loss(),
              e.train().accuracy(),
              e.validation().loss(),
              e.validation().accuracy(),
              e.learningRate(),
              e.images(),
              e.imagesPerSecond(),
              e.seconds().total(),
              e.seconds().dataWait(),
              e.seconds().training(),
              e.seconds().validation(),
              e.seconds().checkpoint(),
              cumulative,
              e.completedAt(),
              e.rawValidation().map(RunHistory::cells).orElse(",")));
    }
    return csv.toString();
  }

  private static String cells(LossAndAccuracy of) {
    return String.format(Locale.ROOT, "%.6f,%.6f", of.loss(), of.accuracy());
  }

  /** The epoch table as people read it. */
  public String toTable() {
    StringBuilder table =
        new StringBuilder(
            "epoch  train loss  train acc  val loss  val acc  seconds  images/s  data wait%n"
                .formatted());
    for (EpochCompleted e : epochs.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "%5d  %10.4f  %8.2f%%  %8.4f  %6.2f%%  %7.1f  %8.1f  %8.2f%%%n",
              e.epoch(),
              e.train().loss(),
              100 * e.train().accuracy(),
              e.validation().loss(),
              100 * e.validation().accuracy(),
              e.seconds().total(),
              e.imagesPerSecond(),
              100 * e.seconds().dataWait() / e.seconds().total()));
    }
    return table.toString();
  }
}
