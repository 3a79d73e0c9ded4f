package dev.rivulet.performance.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.performance.measure.Measured;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the processors can do at most: products of large matrices, one on each thread. */
public final class MatmulProbe {
  public static final String NAME = "matmul";

  private static final int[] SIZES = {256, 512, 1024, 2048};

  private MatmulProbe() {}

  /**
   * @param args seconds per size, threads
   */
  static Measured run(String[] args) throws InterruptedException {
    double seconds = Double.parseDouble(args[0]);
    int threads = Integer.parseInt(args[1]);
    String engine = ComputeDevice.select("cpu", threads).name();
    Map<String, Double> rates = new LinkedHashMap<>();
    for (int size : SIZES) {
      rates.put(
          "matrices of %d²".formatted(size),
          Threads.sumOfRates(threads, thread -> () -> gigaflops(size, seconds)));
    }
    return new Measured("sgemm on " + engine, rates);
  }

  private static double gigaflops(int size, double seconds) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray a = manager.randomUniform(-1, 1, new Shape(size, size));
      NDArray b = manager.randomUniform(-1, 1, new Shape(size, size));
      double flop = 2.0 * size * size * size;
      return Rate.of(seconds, flop / 1e9, () -> a.matMul(b).close());
    }
  }
}
