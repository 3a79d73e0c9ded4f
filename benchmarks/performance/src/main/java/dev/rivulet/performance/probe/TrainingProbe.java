package dev.rivulet.performance.probe;

import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.Learner;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.Measured;
import java.util.Random;

/** The bare training step (forward, backward, Adam) on random images in memory. */
public final class TrainingProbe {
  public static final String NAME = "training";
  public static final String IMAGES_PER_SECOND = "images/s";

  private TrainingProbe() {}

  /**
   * @param args batch size, seconds, threads, device, precision
   */
  static Measured run(String[] args) {
    int batch = Integer.parseInt(args[0]);
    double seconds = Double.parseDouble(args[1]);
    ComputeDevice device =
        ComputeDevice.select(args[3], Integer.parseInt(args[2])).withPrecision(args[4]);
    NetworkConfig config = NetworkConfig.of(32, 10);
    byte[] images = new byte[batch * NetworkConfig.IMAGE_BYTES];
    Random random = new Random(1);
    random.nextBytes(images);
    int[] labels = random.ints(batch, 0, config.classes()).toArray();
    try (Learner learner = new Learner(device, config, Workload.recipe(), 1, 1)) {
      // totals are on the device until they are asked for
      double rate =
          Rate.of(seconds, batch, () -> learner.step(images, labels, batch), learner::takeTotals);
      return Measured.of("Rivulet on " + device.name(), IMAGES_PER_SECOND, rate);
    }
  }
}
