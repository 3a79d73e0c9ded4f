package dev.rivulet.performance;

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

/** An epoch of bare training steps on a GPU, beside PyTorch's. */
final class GpuBenchmark implements Benchmark {
  private static final String OURS = "Rivulet";
  private static final List<Integer> BATCHES = List.of(32, 128, 1024);
  private static final List<String> PRECISIONS = List.of("fp32", "bf16");
  private static final double EPOCH_IMAGES = 50_000;

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public String description() {
    return "bare training steps on a GPU against PyTorch eager; needs a build with RIVULET_PROFILE=cu118";
  }

  @Override
  public boolean needsNothingSpecial() {
    return false;
  }

  @Override
  public Section run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    String program = OURS;
    for (String precision : PRECISIONS) {
      for (int batch : BATCHES) {
        Map<String, List<Measured>> results = bench.rounds(contenders(bench, batch, precision), 3);
        program = results.get(OURS).get(0).program();
        rows.add(row("epoch at batch %,d, %s".formatted(batch, precision), results));
      }
    }
    return new Section(
        name(),
        "Training on a GPU: seconds for 50,000 images",
        rows,
        List.of(
            program,
            "bare steps, a dropout of 0.5; Rivulet copies each batch to the GPU, PyTorch's is there from the start",
            "PyTorch with channels-last, fused Adam, and for bf16 its autocast"),
        List.of());
  }

  private static List<Contender> contenders(Bench bench, int batch, String precision)
      throws InterruptedException {
    double seconds = bench.count(3, 1);
    List<Contender> contenders = new ArrayList<>();
    Peers.eagerGpuTraining(bench, batch, precision, seconds).ifPresent(contenders::add);
    contenders.add(
        Contender.ours(
            OURS,
            () ->
                bench
                    .probe(TrainingProbe.NAME, batch, seconds, bench.threads(), "gpu", precision)
                    .measure(Bench.PATIENCE)));
    return contenders;
  }

  private static Row row(String what, Map<String, List<Measured>> results) {
    Reading ours = epochs(results.get(OURS), TrainingProbe.IMAGES_PER_SECOND);
    return results.containsKey(Peers.EAGER)
        ? Row.of(what, ours, epochs(results.get(Peers.EAGER), Peers.IMAGES_PER_SECOND))
            .to(Goal.atMost(1))
        : Row.of(what, ours);
  }

  private static Reading epochs(List<Measured> repetitions, String rate) {
    Reading rates = Reading.of(repetitions, rate, rate);
    return new Reading(
        rates.program(), "s", rates.values().stream().map(r -> EPOCH_IMAGES / r).toList());
  }
}
