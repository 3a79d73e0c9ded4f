package dev.rivulet.local.command;

import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.local.model.ModelEvents;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Makes one checkpoint the one that serves, or whichever is the best. */
@Command(
    name = "pin",
    sortOptions = false,
    description = {
      "Makes inference serve one checkpoint, whatever is trained or imported meanwhile.",
      "Every replica follows within a second; no image event is lost or answered twice."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet pin 20260131-174502-9f3c@7   as ./rivulet models lists it",
      "  ./rivulet pin 20260131-174502-9f3c     the run's last epoch",
      "  ./rivulet pin best                     the best validation accuracy",
      "  ./rivulet unpin                        the newest again"
    })
final class PinCommand implements Callable<Integer> {
  private static final String BEST = "best";
  private static final String BY = "./rivulet pin";

  @ParentCommand private RivuletCommand root;

  @Parameters(
      paramLabel = "RUN[@EPOCH]",
      description =
          "The checkpoint, without an epoch the run's last; or best: the highest validation"
              + " accuracy among the checkpoints of the newest one's data set.")
  private String model;

  @Mixin private SelectionOptions options;

  @Override
  public Integer call() throws InterruptedException {
    options.select(root, this::pin);
    return 0;
  }

  private ModelEvents.Selected pin(ModelEvents models) throws InterruptedException {
    if (model.equals(BEST)) {
      return models.select(SelectionMode.BEST, BY);
    }
    int at = model.lastIndexOf('@');
    return at < 0
        ? models.pin(model, Optional.empty(), BY)
        : models.pin(model.substring(0, at), Optional.of(epoch(model.substring(at + 1))), BY);
  }

  private int epoch(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: '%s' is no epoch; name RUN@EPOCH as ./rivulet models lists it"
              .formatted(model, text),
          e);
    }
  }
}
