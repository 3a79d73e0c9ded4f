package dev.rivulet.chaos;

import dev.rivulet.events.run.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains, reloads and classifies for a long time, and looks whether anything grows. */
final class SoakScenario {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration SAMPLES = Duration.ofSeconds(10);
  private static final int IMAGES_PER_SECOND = 40;
  private static final double WARM_UP_SHARE = 1.0 / 3;

  /** Of the resident memory at the end of the warm-up, over the rest of the time. */
  private static final double GROWTH_ALLOWED = 0.05;

  private static final double MEGABYTE = 1e6;

  /** Connections come and go. */
  private static final int MORE_ALLOWED = 4;

  private final Path folder;
  private final TrainingPlan plan;
  private final Report report;

  /**
   * What is seen of a process.
   *
   * @param resident MB in all
   * @param outside MB resident outside the Java heap
   */
  private record Measured(
      JavaHeap heap,
      Series resident,
      Series outside,
      Series files,
      Series threads,
      List<LiveObjects> live) {
    Measured(JavaHeap heap) {
      this(heap, new Series(), new Series(), new Series(), new Series(), new ArrayList<>());
    }
  }

  /**
   * @param plan of a run that does not end before the soak does
   */
  SoakScenario(Path folder, TrainingPlan plan, Report report) {
    this.folder = folder;
    this.plan = plan;
    this.report = report;
  }

  void run(Duration length) throws Exception {
    try (Pipeline pipeline = new Pipeline(folder.resolve("soak"), Map.of())) {
      pipeline.startBroker();
      try (Training training = Training.request(pipeline, plan);
          Outcomes outcomes = Outcomes.follow(pipeline.kafka());
          ImageSource source =
              ImageSource.start(pipeline.kafka(), Integer.MAX_VALUE, IMAGES_PER_SECOND)) {
        List.of(Pipeline.TRAINER, Pipeline.INGEST, Pipeline.INFERENCE).forEach(pipeline::start);
        while (outcomes.count() == 0) {
          training.lookAfter();
        }
        Map<String, Measured> measured = measure(pipeline, training, outcomes, length);
        int published = source.stop();
        outcomes.await(published, PATIENCE);
        report.line(
            "%d images published, %d outcomes, %d models answered",
            published, outcomes.count(), outcomes.models());
        if (!training.endedByThemselves().isEmpty()) {
          throw new IllegalStateException("ended: " + training.endedByThemselves());
        }
        List<String> lost = outcomes.wrong(published);
        measured.forEach(
            (name, what) ->
                tell(name, what, length, name.equals(Pipeline.INFERENCE) ? lost : List.of()));
      }
    }
  }

  private Map<String, Measured> measure(
      Pipeline pipeline, Training training, Outcomes outcomes, Duration length) throws Exception {
    Map<String, Measured> measured = new LinkedHashMap<>();
    for (String name : pipeline.names()) {
      measured.put(name, new Measured(JavaHeap.of(pipeline.pid(name))));
    }
    long begun = System.nanoTime();
    double end = length.toNanos() / 60e9;
    double warm = end * WARM_UP_SHARE;
    boolean counted = false;
    double now = 0;
    while (now < end) {
      long next = System.nanoTime() + SAMPLES.toNanos();
      while (System.nanoTime() < next) {
        training.lookAfter();
      }
      now = (System.nanoTime() - begun) / 60e9;
      for (String name : pipeline.names()) {
        ProcessSample sample = ProcessSample.of(pipeline.pid(name));
        Measured of = measured.get(name);
        long heap = of.heap().residentBytes(pipeline.pid(name));
        of.resident().add(now, sample.residentBytes() / MEGABYTE);
        of.outside().add(now, (sample.residentBytes() - heap) / MEGABYTE);
        of.files().add(now, sample.files());
        of.threads().add(now, sample.threads());
      }
      if (!counted && now >= warm) {
        counted = true;
        countLive(pipeline, measured);
      }
      report.note("minute %.1f: %d outcomes, %d models", now, outcomes.count(), outcomes.models());
    }
    countLive(pipeline, measured);
    return measured;
  }

  private static void countLive(Pipeline pipeline, Map<String, Measured> measured)
      throws Exception {
    for (String name : pipeline.names()) {
      measured.get(name).live().add(LiveObjects.of(pipeline.pid(name)));
    }
  }

  private void tell(String name, Measured measured, Duration length, List<String> lost) {
    double warm = length.toNanos() / 60e9 * WARM_UP_SHARE;
    Series resident = measured.resident().from(warm);
    Series files = measured.files().from(warm);
    Series threads = measured.threads().from(warm);
    LiveObjects before = measured.live().get(0);
    LiveObjects after = measured.live().get(1);
    List<String> wrong = new ArrayList<>(lost);
    Series outside = measured.outside().from(warm);
    double growth = outside.slope() * outside.minutes();
    if (growth > GROWTH_ALLOWED * resident.first()) {
      wrong.add(
          "memory outside the Java heap grows: %.1f MB in %.0f min"
              .formatted(growth, outside.minutes()));
    }
    double heapBefore = before.heapBytes() / MEGABYTE;
    double heapAfter = after.heapBytes() / MEGABYTE;
    if (heapAfter - heapBefore > GROWTH_ALLOWED * resident.first()) {
      wrong.add(
          "the Java heap's objects grow: %.1f MB, then %.1f".formatted(heapBefore, heapAfter));
    }
    if (files.slope() * files.minutes() > MORE_ALLOWED) {
      wrong.add("open files grow");
    }
    if (threads.slope() * threads.minutes() > MORE_ALLOWED) {
      wrong.add("threads grow");
    }
    if (after.arrays() > before.arrays() + MORE_ALLOWED
        || after.managers() > before.managers() + MORE_ALLOWED) {
      wrong.add("native objects grow: %s, then %s".formatted(before, after));
    }
    report.row(
        name,
        "%.0f".formatted(resident.first()),
        "%.0f".formatted(resident.last()),
        "%+.2f".formatted(resident.slope()),
        "%+.2f".formatted(outside.slope()),
        "%.1f %.1f".formatted(heapBefore, heapAfter),
        "%.0f %.0f".formatted(files.first(), files.last()),
        "%.0f %.0f".formatted(threads.first(), threads.last()),
        "%d %d".formatted(before.arrays(), after.arrays()),
        "%d %d".formatted(before.managers(), after.managers()),
        wrong);
  }
}
