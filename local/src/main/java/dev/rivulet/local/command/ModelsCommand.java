package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.model.ModelEvents;
import dev.rivulet.local.model.ModelListing;
import dev.rivulet.local.progress.ModelTable;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Lists the checkpoints that can be served. */
@Command(
    name = "models",
    sortOptions = false,
    description = {
      "Lists the checkpoints that can be served, whether or not anything is running.",
      "A star marks the selected one."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet models",
      "  ./rivulet models --json | jq '.models | max_by(.validationAccuracy)'"
    })
final class ModelsCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    CommandLogging.start(root);
    ModelListing listing = EventsAtRest.orRunning(root, this::read);
    json.print(root.terminal(), listing, () -> ModelTable.of(listing, ZoneId.systemDefault()));
    return 0;
  }

  private ModelListing read(KafkaConnection kafka) throws InterruptedException {
    try (ModelEvents models =
        ModelEvents.read(kafka, root.topics(), Clock.systemUTC(), root.terminal()::note)) {
      return models.list();
    }
  }
}
