package dev.rivulet.performance;

import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.probe.MatmulProbe;
import dev.rivulet.performance.probe.MemoryProbe;
import dev.rivulet.performance.probe.Probe;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.List;
import java.util.Map;

/** What the machine can do at most: matrix products and memory. */
final class CeilingBenchmark implements Benchmark {
  static final String GIGAFLOPS = "GFLOP/s";

  private static final String MATMUL = "sgemm";
  private static final String MEMORY = "memory";
  private static final int HEAP_MIB_PER_THREAD = 320;

  @Override
  public String name() {
    return "ceiling";
  }

  @Override
  public String description() {
    return "peak sgemm and memory bandwidth of this machine";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    String heap = "-Xmx" + (64 + HEAP_MIB_PER_THREAD * bench.threads()) + "m";
    Contender memory =
        Contender.ours(
            MEMORY,
            () ->
                bench
                    .java(
                        List.of(heap),
                        Probe.class.getName(),
                        MemoryProbe.NAME,
                        bench.count(3, 1),
                        bench.threads())
                    .measure(Bench.PATIENCE));
    Map<String, List<Measured>> results = bench.rounds(List.of(sgemm(bench), memory), 3);
    List<Measured> bandwidth = results.get(MEMORY);
    return new Section(
        name(),
        "What the machine can do at most",
        List.of(
            Row.of("sgemm", peak(results)),
            Row.of("memory, copy", Reading.of(bandwidth, MemoryProbe.COPY, "GB/s")),
            Row.of("memory, triad", Reading.of(bandwidth, MemoryProbe.TRIAD, "GB/s"))),
        List.of(
            "sgemm: the engine's own, a product on each of %d threads, at the best of four sizes"
                .formatted(bench.threads())),
        List.of());
  }

  /** To be measured in the same rounds as what is compared with it. */
  static Contender sgemm(Bench bench) {
    return Contender.ours(
        MATMUL,
        () ->
            bench
                .probe(MatmulProbe.NAME, bench.count(2, 1), bench.threads())
                .measure(Bench.PATIENCE));
  }

  /** Of rounds that {@link #sgemm} was in. */
  static Reading peak(Map<String, List<Measured>> results) {
    return Reading.best(results.get(MATMUL), GIGAFLOPS);
  }
}
