package dev.rivulet.local.progress;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.PhaseSeconds;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table of a run's epochs, and where its time went. */
public final class EpochTable {
  private static final String HEADING =
      "epoch  train loss  train acc  val loss  val acc   seconds  images/s  data wait";

  private EpochTable() {}

  /** The table with its summary; one line if no epoch is complete. */
  public static String of(List<EpochCompleted> epochs) {
    if (epochs.isEmpty()) {
      return "no epoch is complete";
    }
    StringBuilder table = new StringBuilder(HEADING);
    for (EpochCompleted epoch : epochs) {
      table.append(System.lineSeparator()).append(row(epoch));
    }
    return table.append(System.lineSeparator()).append(timing(epochs)).toString();
  }

  private static String row(EpochCompleted epoch) {
    PhaseSeconds seconds = epoch.seconds();
    return String.format(
        Locale.ROOT,
        "%5d  %10.4f  %8.2f%%  %8.4f  %6.2f%%  %8.1f  %8.1f  %8.1f%%",
        epoch.epoch(),
        epoch.train().loss(),
        100 * epoch.train().accuracy(),
        epoch.validation().loss(),
        100 * epoch.validation().accuracy(),
        seconds.total(),
        epoch.imagesPerSecond(),
        share(seconds.dataWait(), seconds.total()));
  }

  private static String timing(List<EpochCompleted> epochs) {
    double total = sum(epochs, PhaseSeconds::total);
    double training = sum(epochs, PhaseSeconds::training);
    double dataWait = sum(epochs, PhaseSeconds::dataWait);
    double validation = sum(epochs, PhaseSeconds::validation);
    double checkpoint = sum(epochs, PhaseSeconds::checkpoint);
    long images = epochs.stream().mapToLong(EpochCompleted::images).sum();
    EpochCompleted last = epochs.get(epochs.size() - 1);
    return String.format(
        Locale.ROOT,
        "time: %.1f s = training %.1f s (%.1f%%) + data wait %.1f s (%.1f%%) + validation %.1f s (%.1f%%) + checkpoints %.1f s (%.1f%%) + other %.1f s%n"
            + "%,d images trained at %.1f images/s on %s, batch %d, %,d parameters",
        total,
        training,
        share(training, total),
        dataWait,
        share(dataWait, total),
        validation,
        share(validation, total),
        checkpoint,
        share(checkpoint, total),
        Math.max(0, total - training - dataWait - validation - checkpoint),
        images,
        training + dataWait > 0 ? images / (training + dataWait) : 0,
        PlainText.line(last.device()),
        last.batchSize(),
        last.parameters());
  }

  private static double sum(List<EpochCompleted> epochs, ToDoubleFunction<PhaseSeconds> phase) {
    return epochs.stream().map(EpochCompleted::seconds).mapToDouble(phase).sum();
  }

  private static double share(double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
  }
}
