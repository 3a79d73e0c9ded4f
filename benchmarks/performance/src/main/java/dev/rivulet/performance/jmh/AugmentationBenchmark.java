package dev.rivulet.performance.jmh;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.ingest.augment.Augmentation;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One image flipped and shifted, and only copied. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AugmentationBenchmark {
  private static final Augmentation ORIGINAL = Augmentation.of(Recipe.ORIGINAL);
  private static final int IMAGES = 1_024;
  private static final int IMAGE_BYTES = 3_072;

  private final byte[] source = new byte[IMAGES * IMAGE_BYTES];
  private final byte[] target = new byte[IMAGE_BYTES];
  private int next;

  public AugmentationBenchmark() {
    new Random(1).nextBytes(source);
  }

  @Benchmark
  public byte[] flipAndShiftAnImage() {
    return apply(ORIGINAL);
  }

  @Benchmark
  public byte[] copyAnImage() {
    return apply(Augmentation.NONE);
  }

  private byte[] apply(Augmentation augmentation) {
    int image = next++ % IMAGES;
    augmentation.apply(source, image * IMAGE_BYTES, target, 0, 42, 1, image);
    return target;
  }
}
