package dev.rivulet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.broker.ServerLogging;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The short version of what {@code benchmarks/hostile/run} does at length. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class HostileIT {
  static final int IMAGES = 200;

  /** So short a trial begins long before the service has seen the largest of normal images. */
  private static final double MOST_GROWTH = 2;

  @TempDir Path folder;

  @BeforeAll
  static void quiet() {
    ServerLogging.quiet();
  }

  @Test
  void givesEachHostileImageOneOutcome() throws Exception {
    assertThat(new ImageTrial(1, IMAGES, MOST_GROWTH).run(folder)).isEmpty();
  }

  @Test
  void refusesEachDamagedCheckpointWhileTheOldModelServes() throws Exception {
    assertThat(new CheckpointTrial(1, 60).run(folder)).isEmpty();
  }
}
