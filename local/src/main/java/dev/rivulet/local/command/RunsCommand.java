package dev.rivulet.local.command;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.launch.LocalCluster;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.local.progress.RunTable;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.local.run.RunSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
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
    Optional<KafkaConnection> kafka = ClusterConnection.find(root);
    List<RunSummary> runs = kafka.isPresent() ? read(kafka.get()) : readAtRest(root.dataFolder());
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

  /** Nothing is running: the broker alone is started for as long as reading takes. */
  private List<RunSummary> readAtRest(DataFolder folder) throws InterruptedException {
    if (!folder.hasEvents()) {
      throw ClusterConnection.nothingRuns(folder);
    }
    try (FolderLock lock =
        FolderLock.tryAcquire(folder).orElseThrow(() -> ClusterConnection.nothingRuns(folder))) {
      folder.prepare();
      LocalPorts ports = LocalPorts.anyFree();
      try (LocalCluster cluster =
          LocalCluster.startBroker(ProjectBuild.current(), folder, ports, System.err::println)) {
        cluster.createTopics(root.topics());
        return read(cluster.kafka());
      }
    }
  }
}
