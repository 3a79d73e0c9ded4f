package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.launch.LocalCluster;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.ProjectBuild;
import java.util.Optional;
import java.util.function.Function;

/** Reads events from the cluster that runs, or from what lies in the data folder at rest. */
final class EventsAtHand {
  private EventsAtHand() {}

  static <T> T read(RivuletCommand root, Function<KafkaConnection, T> reading)
      throws InterruptedException {
    Optional<KafkaConnection> kafka = ClusterConnection.find(root);
    return kafka.isPresent() ? reading.apply(kafka.get()) : readAtRest(root, reading);
  }

  /** Nothing is running: the broker alone is started for as long as reading takes. */
  private static <T> T readAtRest(RivuletCommand root, Function<KafkaConnection, T> reading)
      throws InterruptedException {
    DataFolder folder = root.dataFolder();
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
        return reading.apply(cluster.kafka());
      }
    }
  }
}
