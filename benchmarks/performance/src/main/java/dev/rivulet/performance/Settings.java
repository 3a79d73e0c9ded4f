package dev.rivulet.performance;

import dev.rivulet.performance.measure.Python;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What the command line says.
 *
 * @param size whether results are wanted, or only to see that everything runs
 * @param rounds repetitions, instead of each benchmark's own number
 * @param threads of every program that computes
 */
record Settings(Path home, Path out, Python python, Size size, OptionalInt rounds, int threads) {

  /** How long everything takes. */
  enum Size {
    FULL,
    QUICK
  }
}
