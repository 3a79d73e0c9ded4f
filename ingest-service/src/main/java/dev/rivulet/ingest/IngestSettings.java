package dev.rivulet.ingest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** What can be configured of ingest, under {@code rivulet.}. */
@ConfigMapping(prefix = "rivulet")
public interface IngestSettings {
  /** Downloaded data sets go into its sub-folder {@code datasets}. */
  @WithDefault("data")
  Path dataDir();

  /** Topic names that differ from the defaults, by their role. */
  Map<String, String> topics();

  Ingest ingest();

  /** Settings of publishing. */
  interface Ingest {
    /** How many images ingest may be ahead of what the trainer has consumed. */
    @WithDefault("8192")
    int windowImages();

    /** Threads that augment; half of the cores unless given. */
    OptionalInt threads();
  }
}
