package dev.rivulet.performance;

import dev.rivulet.network.NetworkConfig;

/**
 * How much the network has to compute per image: its matrix products and convolutions, a
 * multiplication and an addition counting as two; what is done per element is left out.
 */
final class Arithmetic {
  private static final long KERNEL_OF_STEM = 4 * 4;
  private static final long KERNEL = 3 * 3;

  /** The gradients of the inputs and of the weights cost as much as the forward pass, each. */
  private static final int PASSES_OF_TRAINING = 3;

  private Arithmetic() {}

  /** Of the forward pass. */
  static double forwardGigaflop(NetworkConfig config) {
    long multiplications =
        pixels(config, 0) * KERNEL_OF_STEM * NetworkConfig.IMAGE_CHANNELS * config.channels(0);
    for (int stage = 0; stage < config.stages(); stage++) {
      long channels = config.channels(stage);
      long wide = channels * config.factors().get(stage);
      long block = pixels(config, stage) * (KERNEL * wide + wide * channels);
      multiplications += config.depths().get(stage) * block;
      if (stage + 1 < config.stages()) {
        multiplications += pixels(config, stage) * channels * 2 * channels;
      }
    }
    long last = config.channels(config.stages() - 1);
    return 2.0 * (multiplications + last * config.classes()) / 1e9;
  }

  /** Of a training step. */
  static double trainingGigaflop(NetworkConfig config) {
    return PASSES_OF_TRAINING * forwardGigaflop(config);
  }

  private static long pixels(NetworkConfig config, int stage) {
    long side = config.side(stage);
    return side * side;
  }
}
