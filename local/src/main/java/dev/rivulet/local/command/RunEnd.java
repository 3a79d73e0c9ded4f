package dev.rivulet.local.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.progress.EpochTable;
import dev.rivulet.local.progress.ProgressView;
import dev.rivulet.local.run.RunEvents;
import java.util.List;

/** Reports how a run ended. */
final class RunEnd {
  private RunEnd() {}

  /**
   * The result as JSON.
   *
   * @param run as it ended
   */
  record Result(
      @JsonProperty(required = true) TrainingRun run,
      @JsonProperty(required = true) List<EpochCompleted> epochs) {}

  /** Shows the table of epochs, or the same as JSON. */
  static void show(TrainingRun run, RunEvents events, ProgressView view, ResultFormat format) {
    List<EpochCompleted> epochs = events.epochs(run.id());
    view.line("");
    view.line("run %s %s".formatted(run.id(), run.status().label()));
    if (format == ResultFormat.JSON) {
      view.jsonResult(ResultFormat.json(new Result(run, epochs)));
    } else {
      view.result(EpochTable.of(epochs));
    }
  }

  /**
   * @throws CommandFailedException if it did not train all its epochs, with the run's own message
   */
  static void requireFinished(TrainingRun run) {
    if (run.status() != RunStatus.FINISHED) {
      throw new CommandFailedException(unfinished(run));
    }
  }

  /** How a run ended that did not train all its epochs, with the run's own message. */
  static String unfinished(TrainingRun run) {
    String why = run.message().map(message -> ": " + message).orElse("");
    return "run %s %s%s"
        .formatted(run.id(), run.status() == RunStatus.FAILED ? "failed" : "was stopped", why);
  }
}
