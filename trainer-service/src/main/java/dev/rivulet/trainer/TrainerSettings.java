package dev.rivulet.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  Run run();

  /** Settings of the computation. */
  interface Trainer {
    /** Threads of the engine; all cores unless given. */
    OptionalInt threads();
  }

  /** The run that the trainer requests by itself; what is left out has its default. */
  interface Run {
    /** Whether it does. */
    @WithDefault("false")
    boolean autostart();

    Optional<String> dataset();

    Optional<Integer> epochs();

    /** Images per step. */
    Optional<Integer> batch();

    Optional<Boolean> augment();

    Optional<Integer> width();

    Optional<String> recipe();

    Optional<Long> seed();

    /** Images per epoch; 0 for all. */
    Optional<Integer> limit();

    Optional<String> device();

    Optional<String> precision();

    /** Bottlenecks of the three stages. */
    Optional<List<Integer>> depths();

    /** Values of the recipe that are other than its own: {@code name=value} each. */
    Optional<List<String>> set();
  }
}
