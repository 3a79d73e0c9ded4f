package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.launch.LocalCluster;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.Orphans;
import dev.rivulet.local.launch.ProjectBuild;
import java.util.Optional;

/** Reads events whether or not anything is running. */
final class EventsAtRest {
  private EventsAtRest() {}

  /** What is read. */
  interface Reading<T> {
    T from(KafkaConnection kafka) throws InterruptedException;
  }

  /** From the cluster that runs, or else from the data folder. */
  static <T> T orRunning(RivuletCommand root, Reading<T> reading) throws InterruptedException {
    Optional<KafkaConnection> kafka = ClusterConnection.find(root);
    return kafka.isPresent() ? reading.from(kafka.get()) : atRest(root, reading);
  }

  /** Nothing is running: the broker alone is started for as long as reading takes. */
  private static <T> T atRest(RivuletCommand root, Reading<T> reading) throws InterruptedException {
    DataFolder folder = root.dataFolder();
    if (!folder.hasEvents()) {
      throw ClusterConnection.nothingRuns(folder);
    }
    try (FolderLock lock =
        FolderLock.tryAcquire(folder).orElseThrow(() -> ClusterConnection.nothingRuns(folder))) {
      folder.prepare();
      Orphans.await(folder, root.terminal()::note);
      LocalPorts ports = LocalPorts.anyFree();
      try (LocalCluster cluster =
          LocalCluster.startBroker(ProjectBuild.current(), folder, ports, root.terminal()::note)) {
        cluster.createTopics(root.topics());
        return reading.from(cluster.kafka());
      }
    }
  }
}
