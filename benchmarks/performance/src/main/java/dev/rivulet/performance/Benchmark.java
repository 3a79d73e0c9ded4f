package dev.rivulet.performance;

import dev.rivulet.performance.report.Section;

/** Something to measure, by itself or with the others. */
interface Benchmark {

  /** By which it is called on the command line. */
  String name();

  /** What it measures, in one line. */
  String description();

  /** Whether it runs on every machine, so that it belongs to what runs by default. */
  default boolean needsNothingSpecial() {
    return true;
  }

  Section run(Bench bench) throws Exception;
}
