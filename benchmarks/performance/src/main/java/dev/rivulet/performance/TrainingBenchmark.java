package dev.rivulet.performance;

import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.probe.TrainingProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bare training step beside PyTorch's and TensorFlow's. */
final class TrainingBenchmark implements Benchmark {
  private static final String OURS = "Rivulet";

  /** By batch size. */
  private static final Map<Integer, Double> GOALS = new TreeMap<>(Map.of(32, 1.8, 128, 2.0));

  @Override
  public String name() {
    return "training";
  }

  @Override
  public String description() {
    return "the bare training step against PyTorch eager, torch.compile and TensorFlow/Keras";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    String program = OURS;
    for (int batch : GOALS.keySet()) {
      Map<String, List<Measured>> results = bench.rounds(contenders(bench, batch), 5);
      program = results.get(OURS).get(0).program();
      rows.addAll(rows(batch, results));
    }
    return new Section(
        name(),
        "Training, the bare step",
        rows,
        List.of(
            program,
            "random images in memory, a dropout of 0.5, fp32, %d threads, the same malloc settings for all"
                .formatted(bench.threads()),
            "share of the peak: matrix products and convolutions only, %.3f GFLOP an image"
                .formatted(Arithmetic.trainingGigaflop(NetworkConfig.of(32, 10)))),
        List.of());
  }

  private static List<Contender> contenders(Bench bench, int batch) throws InterruptedException {
    double seconds = bench.count(8, 2);
    List<Contender> contenders = new ArrayList<>();
    Peers.eagerTraining(bench, batch, seconds).ifPresent(contenders::add);
    Peers.compiledTraining(bench, batch, seconds).ifPresent(contenders::add);
    Peers.kerasTraining(bench, batch, seconds).ifPresent(contenders::add);
    contenders.add(
        Contender.ours(
            OURS,
            () ->
                bench
                    .probe(TrainingProbe.NAME, batch, seconds, bench.threads(), "cpu", "fp32")
                    .measure(Bench.PATIENCE)));
    contenders.add(CeilingBenchmark.sgemm(bench));
    return contenders;
  }

  private static List<Row> rows(int batch, Map<String, List<Measured>> results) {
    String what = "step at batch %d".formatted(batch);
    Reading ours =
        Reading.of(
            results.get(OURS), TrainingProbe.IMAGES_PER_SECOND, TrainingProbe.IMAGES_PER_SECOND);
    List<Row> rows = new ArrayList<>();
    for (String peer : List.of(Peers.EAGER, Peers.COMPILED, Peers.KERAS)) {
      if (results.containsKey(peer)) {
        Reading theirs =
            Reading.of(results.get(peer), Peers.IMAGES_PER_SECOND, Peers.IMAGES_PER_SECOND);
        rows.add(Row.of(what, ours, theirs).to(Goal.atLeast(GOALS.get(batch))));
      }
    }
    if (rows.isEmpty()) {
      rows.add(Row.of(what, ours));
    }
    Reading gigaflops =
        ours.times(
            Arithmetic.trainingGigaflop(NetworkConfig.of(32, 10)), CeilingBenchmark.GIGAFLOPS);
    rows.add(Row.of(what + ", share of the peak", gigaflops, CeilingBenchmark.peak(results)));
    return rows;
  }
}
