package dev.rivulet.performance.probe;

import dev.rivulet.performance.measure.Measured;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the memory can do at most: copy and triad on arrays far larger than the caches, each thread
 * with its own; bytes as STREAM counts them (McCalpin 1995): what is read plus what is written.
 */
public final class MemoryProbe {
  public static final String NAME = "memory";
  public static final String COPY = "copy";
  public static final String TRIAD = "triad";

  private static final int FLOATS = 24 << 20;

  private final float[] a = new float[FLOATS];
  private final float[] b = new float[FLOATS];
  private final float[] c = new float[FLOATS];

  private MemoryProbe() {
    for (int i = 0; i < FLOATS; i++) {
      b[i] = i;
      c[i] = 1;
    }
  }

  /**
   * @param args seconds, threads
   */
  static Measured run(String[] args) throws InterruptedException {
    double seconds = Double.parseDouble(args[0]);
    int threads = Integer.parseInt(args[1]);
    MemoryProbe[] probes = new MemoryProbe[threads];
    for (int thread = 0; thread < threads; thread++) {
      probes[thread] = new MemoryProbe();
    }
    Map<String, Double> rates = new LinkedHashMap<>();
    rates.put(
        COPY,
        Threads.sumOfRates(
            threads, thread -> () -> Rate.of(seconds, gigabytes(2), probes[thread]::copy)));
    rates.put(
        TRIAD,
        Threads.sumOfRates(
            threads, thread -> () -> Rate.of(seconds, gigabytes(3), probes[thread]::triad)));
    return new Measured("Java arrays", rates);
  }

  private static double gigabytes(int arrays) {
    return arrays * (double) FLOATS * Float.BYTES / 1e9;
  }

  private void copy() {
    System.arraycopy(b, 0, a, 0, FLOATS);
  }

  private void triad() {
    for (int i = 0; i < FLOATS; i++) {
      a[i] = b[i] + 3 * c[i];
    }
  }
}
