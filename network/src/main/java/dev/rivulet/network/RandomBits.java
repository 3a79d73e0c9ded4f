package dev.rivulet.network;

/**
 * A counter-based random generator: the bits at an index are a pure function of key and index.
 *
 * <p>It is SplitMix64 (Steele, Lea and Flood 2014) with random access.
 */
final class RandomBits {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private RandomBits() {}

  /** 64 random bits. */
  static long at(long key, long index) {
    long z = key + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A value from 0 to below 1 with 53 random bits. */
  static double uniformAt(long key, long index) {
    return (at(key, index) >>> 11) * 0x1.0p-53;
  }
}
