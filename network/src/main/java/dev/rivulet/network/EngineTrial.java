package dev.rivulet.network;

import dev.rivulet.events.run.Recipe;
import java.util.List;

/** One training step of a tiny network in fp32: what any engine that is in order can take. */
public final class EngineTrial {
  private static final NetworkConfig TINY =
      new NetworkConfig(8, List.of(1, 1, 1), List.of(2, 4, 2), 2);

  private EngineTrial() {}

  /**
   * Takes the step.
   *
   * @throws RuntimeException if the engine fails, so that no run can be trained on this device in
   *     this process
   */
  public static void on(ComputeDevice device) {
    ComputeDevice usual = device.withPrecision(Precision.FP32);
    try (Learner learner = new Learner(usual, TINY, Recipe.ORIGINAL, 1, 0)) {
      learner.step(new byte[2 * NetworkConfig.IMAGE_BYTES], new int[] {0, 1}, 2);
      // a GPU reports what went wrong when it is asked for something
      learner.takeTotals();
    }
  }
}
