package dev.rivulet.export.report;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingRun;
import java.util.List;
import java.util.Optional;

/**
 * What a report tells about.
 *
 * @param run ended, or about to be
 * @param epochs that are complete, in order
 * @param machine that the last of them were trained on
 */
public record RunReport(TrainingRun run, List<EpochCompleted> epochs, Machine machine) {

  public RunReport {
    epochs = List.copyOf(epochs);
  }

  Optional<EpochCompleted> last() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
  }

  /** The one of the highest validation accuracy, the first of equals. */
  Optional<EpochCompleted> best() {
    return epochs.stream()
        .reduce((a, b) -> b.validation().accuracy() > a.validation().accuracy() ? b : a);
  }

  Optional<EpochCompleted> epoch(int number) {
    return epochs.stream().filter(epoch -> epoch.epoch() == number).findFirst();
  }

  /** Seconds of wall clock of all epochs up to and including that one. */
  double secondsUntil(EpochCompleted end) {
    return epochs.stream()
        .filter(epoch -> epoch.epoch() <= end.epoch())
        .mapToDouble(epoch -> epoch.seconds().total())
        .sum();
  }

  List<String> classes() {
    return run.dataset().map(dataset -> dataset.classes()).orElse(List.of());
  }

  String datasetName() {
    return run.dataset().map(dataset -> dataset.name()).orElse(run.plan().dataset());
  }
}
