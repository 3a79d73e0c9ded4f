package dev.rivulet.local.command;

import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.progress.EpochTable;
import dev.rivulet.local.progress.ProgressView;
import dev.rivulet.local.run.RunEvents;

/** Reports how a run ended. */
final class RunEnd {
  private RunEnd() {}

  /** Shows the table of epochs. */
  static void show(TrainingRun run, RunEvents events, ProgressView view) {
    view.line("");
    view.line("run %s %s".formatted(run.id(), run.status().label()));
    view.line(EpochTable.of(events.epochs(run.id())));
  }

  /**
   * @throws CommandFailedException if it did not train all its epochs, with the run's own message
   */
  static void requireFinished(TrainingRun run) {
    if (run.status() != RunStatus.FINISHED) {
      String why = run.message().map(message -> ": " + message).orElse("");
      throw new CommandFailedException(
          "run %s %s%s"
              .formatted(
                  run.id(), run.status() == RunStatus.FAILED ? "failed" : "was stopped", why));
    }
  }
}
