package dev.rivulet.performance;

import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.export.report.Colour;
import dev.rivulet.export.report.Plot;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.PipelineRun;
import dev.rivulet.performance.pipeline.Serving;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.pipeline.TrainedEpoch;
import dev.rivulet.performance.report.Figure;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** How cost grows: with images, with the network's width, with replicas. */
final class ScalingBenchmark implements Benchmark {
  private static final int[] TIMES = {1, 2, 4};
  private static final int[] WIDTHS = {16, 32, 64};
  private static final int[] REPLICAS = {1, 2};
  private static final int WIDTH = 32;
  private static final int BATCH = 32;

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String description() {
    return "seconds per epoch against images and width; throughput against replicas";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    int images = bench.count(1_024, 128);
    int[] numbers = Arrays.stream(TIMES).map(times -> times * images).toArray();
    List<Reading> byImages =
        readings(bench, numbers, n -> epoch("%,d images".formatted(n), bench, n, WIDTH), "s");
    List<Reading> byWidth =
        readings(bench, WIDTHS, width -> epoch("width " + width, bench, images, width), "s");
    List<Reading> byReplicas =
        readings(bench, REPLICAS, n -> serving(bench, n), Peers.IMAGES_PER_SECOND);
    List<Row> rows = new ArrayList<>();
    rows.addAll(rows("epoch", byImages));
    rows.addAll(rows("epoch of %,d images".formatted(images), byWidth));
    rows.addAll(rows("PNGs from topic to topic", byReplicas));
    return new Section(
        name(),
        "How cost grows",
        rows,
        List.of(
            "epochs through Kafka at batch %d, training and data wait; each row against the one before"
                .formatted(BATCH),
            "replicas of inference with one thread each, on %d processors"
                .formatted(Runtime.getRuntime().availableProcessors())),
        List.of(
            figure("scaling-images", "Seconds per epoch", "images", numbers, byImages),
            figure("scaling-width", "Seconds per epoch", "width", WIDTHS, byWidth),
            figure("scaling-replicas", "Images per second", "replicas", REPLICAS, byReplicas)));
  }

  private static Contender epoch(String name, Bench bench, int images, int width) {
    return Contender.ours(
        name,
        () -> {
          try (Stage stage = bench.stage(PipelineRun.environment(images, bench.threads()))) {
            TrainingPlan plan = TrainedEpoch.plan(images, BATCH, width);
            return Measured.of(name, name, TrainedEpoch.seconds(stage, plan, Bench.PATIENCE));
          }
        });
  }

  private static Contender serving(Bench bench, int replicas) {
    String name = replicas == 1 ? "1 replica" : replicas + " replicas";
    return Contender.ours(
        name,
        () -> {
          int warmUp = bench.count(Serving.WARM_UP_IMAGES / 3, 300);
          try (Serving serving =
              Serving.start(bench.stage(Serving.environment(1)), replicas, warmUp)) {
            return Measured.of(name, name, serving.traffic().burst(bench.count(3_000, 300)));
          }
        });
  }

  /** One per size, all measured in the same rounds. */
  private static List<Reading> readings(
      Bench bench, int[] sizes, IntFunction<Contender> contenders, String unit) throws Exception {
    Map<String, List<Measured>> results =
        bench.rounds(Arrays.stream(sizes).mapToObj(contenders).toList(), 3);
    return results.entrySet().stream()
        .map(result -> Reading.of(result.getValue(), result.getKey(), unit))
        .toList();
  }

  private static List<Row> rows(String what, List<Reading> readings) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      Reading reading = readings.get(i);
      String size = "%s, %s".formatted(what, reading.program());
      rows.add(i == 0 ? Row.of(size, reading) : Row.of(size, reading, readings.get(i - 1)));
    }
    return rows;
  }

  private static Figure figure(
      String file, String title, String xTitle, int[] sizes, List<Reading> readings) {
    double[] medians = readings.stream().mapToDouble(Reading::median).toArray();
    Reading first = readings.get(0);
    String series = "median of " + first.values().size();
    return new Figure(
        new Plot(
            file,
            title,
            first.unit(),
            false,
            sizes,
            List.of(new Plot.Series(series, Colour.BLUE, medians))),
        xTitle);
  }
}
