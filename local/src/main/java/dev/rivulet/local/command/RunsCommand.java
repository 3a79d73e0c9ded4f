package dev.rivulet.local.command;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.progress.RunTable;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.local.run.RunSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists what has been trained, whether or not anything is running. */
@Command(name = "runs", sortOptions = false, description = "Lists what has been trained.")
final class RunsCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  @Option(names = "--json", description = "Print a JSON array.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    CommandLogging.start(root);
    List<RunSummary> runs = EventsAtHand.read(root, this::read);
    root.terminal()
        .print(
            json
                ? new String(EventJson.write(runs), StandardCharsets.UTF_8)
                : RunTable.of(runs, ZoneId.systemDefault()));
    return 0;
  }

  private List<RunSummary> read(KafkaConnection kafka) {
    try (RunEvents events = RunEvents.read(kafka, root.topics(), System.err::println)) {
      return events.summaries(Instant.now());
    }
  }
}
