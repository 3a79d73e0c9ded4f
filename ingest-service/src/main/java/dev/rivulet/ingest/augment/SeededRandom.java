package dev.rivulet.ingest.augment;

/**
 * A small random generator whose numbers depend on its key alone, on every machine and Java version
 * the same: SplitMix64.
 *
 * <p>The increment and the finalizer are those of Steele, Lea and Flood, "Fast Splittable
 * Pseudorandom Number Generators" (OOPSLA 2014); its multipliers are Stafford's variant 13 of
 * MurmurHash3's, as in Vigna's public domain splitmix64.c. Not for secrets.
 */
public final class SeededRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private SeededRandom(long state) {
    this.state = state;
  }

  /**
   * The generator of a key: keys that differ in any part give unrelated numbers.
   *
   * @param seed of the whole
   * @param stream what the numbers are for, so that no two uses share them
   * @param first first part of the key, for example the epoch
   * @param second second part, for example the image's index
   */
  public static SeededRandom of(long seed, long stream, long first, long second) {
    long state = mix(seed + GOLDEN_GAMMA);
    state = mix((state ^ stream) + GOLDEN_GAMMA);
    state = mix((state ^ first) + GOLDEN_GAMMA);
    return new SeededRandom(mix((state ^ second) + GOLDEN_GAMMA));
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number in [0, bound), all equally likely; bound is at least 1. */
  public int nextInt(int bound) {
    // Lemire, "Fast Random Integer Generation in an Interval" (2019): the product's upper half,
    // drawn again in the rare case that would favour some numbers
    long product = (nextLong() >>> 32) * bound;
    if ((product & 0xffffffffL) < bound) {
      long threshold = (1L << 32) % bound;
      while ((product & 0xffffffffL) < threshold) {
        product = (nextLong() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** A number in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
