package dev.rivulet.network;

import java.util.Locale;
import java.util.Random;

/**
 * Measures the bare training step on random images in memory; {@code benchmarks/training-step} runs
 * it beside PyTorch.
 */
public final class TrainingStepBenchmark {
  private TrainingStepBenchmark() {}

  /**
   * Prints images per second as one line of JSON.
   *
   * @param args batch size, seconds to measure, threads
   */
  public static void main(String[] args) {
    int batch = Integer.parseInt(args[0]);
    double seconds = Double.parseDouble(args[1]);
    int threads = Integer.parseInt(args[2]);
    NetworkConfig config = NetworkConfig.of(32, 10);
    ComputeDevice device = ComputeDevice.select("cpu", threads);
    byte[] images = new byte[batch * NetworkConfig.IMAGE_BYTES];
    Random random = new Random(1);
    random.nextBytes(images);
    int[] labels = random.ints(batch, 0, config.classes()).toArray();
    try (Learner learner = new Learner(device, config, AdamSettings.original(), 1)) {
      run(learner, images, labels, batch, seconds / 2);
      double rate = run(learner, images, labels, batch, seconds);
      System.out.printf(
          Locale.ROOT,
          "{\"program\": \"rivulet\", \"batch\": %d, \"threads\": %d, \"imagesPerSecond\": %.1f}%n",
          batch,
          threads,
          rate);
    }
  }

  private static double run(
      Learner learner, byte[] images, int[] labels, int batch, double seconds) {
    long start = System.nanoTime();
    long count = 0;
    double elapsedSeconds;
    do {
      learner.step(images, labels, batch);
      count += batch;
      elapsedSeconds = (System.nanoTime() - start) * 1e-9;
    } while (elapsedSeconds < seconds);
    learner.takeTotals();
    return count / elapsedSeconds;
  }
}
