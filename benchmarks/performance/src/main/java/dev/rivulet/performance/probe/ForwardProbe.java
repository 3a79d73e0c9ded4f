package dev.rivulet.performance.probe;

import dev.rivulet.network.Classifier;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.PublishedModel;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The forward pass on random images in memory, at several batch sizes. */
public final class ForwardProbe {
  public static final String NAME = "forward";

  private ForwardProbe() {}

  /** What the images per second at a batch size are called. */
  public static String atBatch(int batch) {
    return "batch " + batch;
  }

  /**
   * @param args seconds per batch size, threads, batch sizes …
   */
  static Measured run(String[] args) {
    double seconds = Double.parseDouble(args[0]);
    ComputeDevice device = ComputeDevice.select("cpu", Integer.parseInt(args[1]));
    Map<String, Double> rates = new LinkedHashMap<>();
    try (Classifier classifier = new Classifier(device, PublishedModel.weights(1))) {
      for (int i = 2; i < args.length; i++) {
        int batch = Integer.parseInt(args[i]);
        ByteBuffer images = ByteBuffer.wrap(images(batch));
        rates.put(atBatch(batch), Rate.of(seconds, batch, () -> classifier.logits(images, batch)));
      }
    }
    return new Measured("Rivulet on " + device.name(), rates);
  }

  static byte[] images(int n) {
    byte[] images = new byte[n * NetworkConfig.IMAGE_BYTES];
    new Random(1).nextBytes(images);
    return images;
  }
}
