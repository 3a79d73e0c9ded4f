package dev.rivulet.performance;

import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.OngoingChild;
import dev.rivulet.performance.pipeline.OngoingRun;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run through the pipeline in turns with programs that train from memory: each works for a moment
 * while the others stand still. So a machine whose speed changes from minute to minute, as those in
 * clouds do, is the same for all of them.
 */
final class TrainingInTurns {
  /** How long each works; the pipeline may not stand still for longer. */
  static final Duration TURN = Duration.ofSeconds(2);

  static final String PIPELINE = "pipeline images/s";
  static final String DATA_WAIT = "data wait %";
  static final String BROKER = "broker %";
  static final String INGEST = "ingest %";

  private final OngoingRun run;
  private final List<OngoingChild> others;

  /** What a program has done in its turns. */
  private static final class Work {
    private final long imagesBefore;
    private double seconds;

    private Work(long imagesBefore) {
      this.imagesBefore = imagesBefore;
    }
  }

  /**
   * @param others stand still
   */
  TrainingInTurns(OngoingRun run, List<OngoingChild> others) {
    this.run = run;
    this.others = others;
  }

  /** The name of a program's images per second. */
  static String rateOf(String program) {
    return program + " images/s";
  }

  /**
   * Most of an epoch of the run, and as many turns of the others; all go on, or stand still, as
   * before.
   */
  Measured round() throws IOException, InterruptedException {
    Map<OngoingChild, Work> works = new LinkedHashMap<>();
    others.forEach(other -> works.put(other, new Work(other.images())));
    OngoingRun.Stretch stretch = run.measure(() -> turn(works));
    Map<String, Double> values = new LinkedHashMap<>();
    works.forEach(
        (other, work) ->
            values.put(rateOf(other.name()), (other.images() - work.imagesBefore) / work.seconds));
    values.put(PIPELINE, stretch.imagesPerSecond());
    values.put(DATA_WAIT, 100 * stretch.dataWait());
    values.put(BROKER, 100 * stretch.broker());
    values.put(INGEST, 100 * stretch.ingest());
    return new Measured("Rivulet's pipeline", values);
  }

  /** Returns for how many seconds the run stood still. */
  private double turn(Map<OngoingChild, Work> works) throws IOException, InterruptedException {
    double stoodStill = 0;
    for (OngoingChild other : others) {
      run.suspend();
      long suspended = System.nanoTime();
      works.get(other).seconds += work(other);
      run.resume();
      stoodStill += secondsSince(suspended);
      Thread.sleep(TURN.toMillis() / others.size());
    }
    return stoodStill;
  }

  private static double work(OngoingChild other) throws IOException, InterruptedException {
    other.resume();
    long resumed = System.nanoTime();
    Thread.sleep(TURN.toMillis());
    other.suspend();
    return secondsSince(resumed);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
