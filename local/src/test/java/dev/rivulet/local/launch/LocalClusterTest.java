package dev.rivulet.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.data.DataFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalClusterTest {
  @TempDir Path root;

  @Test
  void waitsNoLongerForABrokerThatNobodyWants() throws Exception {
    DataFolder folder = new DataFolder(root);
    folder.prepare();
    List<String> notices = new ArrayList<>();
    ProcessHandle broker;
    try (LocalCluster cluster =
        LocalCluster.startBroker(
            new ProjectBuild(root), folder, LocalPorts.anyFree(), notices::add, () -> true)) {
      broker = cluster.identities().get(0).handle().orElseThrow();
    }

    assertThat(broker.isAlive()).isFalse();
  }
}
