package dev.rivulet.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** What can be configured of the trainer, under {@code rivulet.}. */
@ConfigMapping(prefix = "rivulet")
public interface TrainerSettings {
  /** Where {@code model/} and {@code runs/} go. */
  @WithDefault("data")
  Path dataDir();

  /** How long training may go on without a committed state. */
  @WithDefault("60s")
  Duration checkpointInterval();

  /** How many of a run's newest checkpoints stay on the topic; the best one stays too. */
  @WithDefault("5")
  int checkpointsKept();

  /** Topic names that differ from the defaults, by their role. */
  Map<String, String> topics();

  Trainer trainer();

  /** Settings of the computation. */
  interface Trainer {
    /** Threads of the engine; all cores unless given. */
    OptionalInt threads();
  }
}
