package dev.rivulet.performance;

import dev.rivulet.chaos.Pipeline;
import dev.rivulet.chaos.ProcessSample;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.PublishedModel;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long each process takes until it is ready, one after the other, and how large it is then. */
final class StartupBenchmark implements Benchmark {
  private static final String FIRST = "on an empty data folder";
  private static final String AGAIN = "with the engine unpacked";
  private static final String SECONDS = " s";
  private static final String RESIDENT = " MiB";
  private static final List<String> SERVICES =
      List.of(Pipeline.INGEST, Pipeline.TRAINER, Pipeline.INFERENCE);

  @Override
  public String name() {
    return "startup";
  }

  @Override
  public String description() {
    return "each process to ready, and its resident memory";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    Contender first = Contender.ours(FIRST, () -> started(bench.freshStage(Map.of())));
    Contender again = Contender.ours(AGAIN, () -> started(bench.stage(Map.of())));
    // the engine's files for those that find them there
    started(bench.stage(Map.of()));
    Map<String, List<Measured>> results = bench.rounds(List.of(first, again), 3);
    List<Row> rows = new ArrayList<>();
    rows.add(ready("broker ready", results.get(AGAIN), Pipeline.BROKER));
    SERVICES.forEach(service -> rows.add(ready(service + " ready", results.get(AGAIN), service)));
    rows.add(
        ready(
            "trainer ready, the first time: it unpacks the engine",
            results.get(FIRST),
            Pipeline.TRAINER));
    rows.add(resident(results.get(AGAIN), Pipeline.BROKER));
    SERVICES.forEach(service -> rows.add(resident(results.get(AGAIN), service)));
    return new Section(
        name(),
        "Start-up",
        rows,
        List.of(
            "from the start of a process to readiness, one after the other; inference with a checkpoint that waits for it, warmed up",
            "resident memory when ready, before any work"),
        List.of());
  }

  private static Row ready(String what, List<Measured> started, String process) {
    return Row.of(what, Reading.of(started, process + SECONDS, "s"));
  }

  private static Row resident(List<Measured> started, String process) {
    return Row.of(
        process + ", resident when ready", Reading.of(started, process + RESIDENT, "MiB"));
  }

  private static Measured started(Stage stage) throws InterruptedException, IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    try (stage) {
      Pipeline pipeline = stage.pipeline();
      long start = System.nanoTime();
      pipeline.startBroker();
      values.put(Pipeline.BROKER + SECONDS, secondsSince(start));
      try (PublishedModel models = new PublishedModel(pipeline.kafka())) {
        models.publishNext();
      }
      for (String service : SERVICES) {
        start = System.nanoTime();
        pipeline.start(service);
        stage.awaitReady(service, Duration.ofMinutes(3));
        values.put(service + SECONDS, secondsSince(start));
      }
      for (String process : pipeline.names()) {
        long bytes = ProcessSample.of(pipeline.pid(process)).residentBytes();
        values.put(process + RESIDENT, bytes / (double) (1 << 20));
      }
    }
    return new Measured("Rivulet", values);
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
