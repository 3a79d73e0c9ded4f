package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.progress.RunTable;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.local.run.RunSummary;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Lists what has been trained, whether or not anything is running. */
@Command(
    name = "runs",
    sortOptions = false,
    description = "Lists what has been trained, whether or not anything is running.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet runs",
      "  ./rivulet runs --json | jq -r '.[] | select(.status == \"finished\") | .id'"
    })
final class RunsCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    CommandLogging.start(root);
    List<RunSummary> runs = EventsAtRest.orRunning(root, this::read);
    json.print(root.terminal(), runs, () -> RunTable.of(runs, ZoneId.systemDefault()));
    return 0;
  }

  private List<RunSummary> read(KafkaConnection kafka) {
    try (RunEvents events = RunEvents.read(kafka, root.topics(), root.terminal()::note)) {
      return events.summaries(Instant.now());
    }
  }
}
