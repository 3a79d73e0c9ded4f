package dev.rivulet.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** What a user can configure, besides {@code kafka.*} and {@code quarkus.*}. */
@ConfigMapping(prefix = "rivulet")
public interface InferenceConfig {

  /** Other names for topics, by role: {@code rivulet.topics.images=my-images}. */
  Map<String, String> topics();

  /** Where the network computes: {@code auto}, {@code cpu} or {@code gpu}. */
  @WithDefault("auto")
  String device();

  /** Most images in one forward pass, 1 to 4,096; on a CPU a thread takes 16 at most. */
  @WithDefault("64")
  int maxBatch();

  /**
   * How long a forward pass waits for images that are being decoded, at most; a lone image goes at
   * once.
   */
  @WithDefault("5ms")
  Duration latencyBudget();

  /** Most requests to classify that are worked on at once, 1 to 10,000; others get a 503. */
  @WithDefault("64")
  int restConcurrency();

  /** Most live pages that are kept up to date at once; others are asked to try again. */
  @WithDefault("64")
  int livePages();

  Inference inference();

  /** What concerns this service's share of the machine. */
  interface Inference {

    /**
     * CPU threads, each with forward passes of its own; half of the processors by default, as a
     * trainer is near.
     */
    OptionalInt threads();
  }
}
