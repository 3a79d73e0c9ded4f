package dev.rivulet.local.model;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.network.InitialWeights;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.time.Instant;
import java.util.List;

/** Models so small that a test can make dozens; their weights depend on the epoch. */
final class SampleModels {
  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final NetworkConfig CONFIG = new NetworkConfig(8, List.of(1), List.of(1), 3);

  private SampleModels() {}

  static Weights weights(int epoch) {
    return new Weights(CONFIG, InitialWeights.glorotUniform(CONFIG, epoch));
  }

  /** The odder the epoch, the better. */
  static ModelDescription description(String run, int epoch) {
    return new ModelDescription(
        run,
        epoch,
        10L * epoch,
        "letters",
        List.of("x", "y", "z"),
        1.5,
        epoch % 2 == 1 ? 0.75 : 0.5,
        weights(epoch).sha256(),
        NOON);
  }

  static byte[] blob(String run, int epoch) {
    return weights(epoch).toSafeTensors(description(run, epoch).toMetadata()).toBytes();
  }
}
