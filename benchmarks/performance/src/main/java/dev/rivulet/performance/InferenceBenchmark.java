package dev.rivulet.performance;

import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.Serving;
import dev.rivulet.performance.probe.ForwardProbe;
import dev.rivulet.performance.probe.OnnxProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The forward pass beside other engines', and classification from topic to topic beside that. */
final class InferenceBenchmark implements Benchmark {
  private static final String OURS = "Rivulet";
  private static final String ONNX = "ONNX Runtime";
  private static final String TOPICS = "topic to topic";
  private static final Object[] BATCHES = {8, 32, 64, 128};

  @Override
  public String name() {
    return "inference";
  }

  @Override
  public String description() {
    return "the forward pass against ONNX Runtime and PyTorch; PNGs classified from topic to topic";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    int warmUp = bench.count(Serving.WARM_UP_IMAGES, 500);
    try (Serving serving =
        Serving.start(bench.stage(Serving.environment(bench.threads())), 1, warmUp)) {
      Map<String, List<Measured>> results = bench.rounds(contenders(bench, serving), 5);
      return new Section(
          name(),
          "Inference",
          rows(results),
          List.of(
              "random images in memory, fp32, %d threads; each at the best of the batch sizes 8, 32, 64 and 128, ONNX Runtime also with a call per thread"
                  .formatted(bench.threads()),
              Reading.best(results.get(OURS), Peers.IMAGES_PER_SECOND).program(),
              "topic to topic: PNGs of 32×32 that wait in Kafka, from the first send to the last prediction that a read_committed reader sees; broker, service and reader on the same processors"),
          List.of());
    }
  }

  private static List<Contender> contenders(Bench bench, Serving serving)
      throws InterruptedException {
    double seconds = bench.count(3, 1);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(
        Contender.peer(
            ONNX,
            () -> bench.probe(OnnxProbe.NAME, arguments(bench, seconds)).measure(Bench.PATIENCE)));
    Peers.eagerForward(bench, seconds, BATCHES).ifPresent(contenders::add);
    contenders.add(
        Contender.ours(
            OURS,
            () ->
                bench.probe(ForwardProbe.NAME, arguments(bench, seconds)).measure(Bench.PATIENCE)));
    int images = bench.count(10_000, 500);
    contenders.add(
        Contender.ours(
            TOPICS,
            () ->
                Measured.of(
                    "Rivulet's service",
                    Peers.IMAGES_PER_SECOND,
                    serving.traffic().burst(images))));
    contenders.add(CeilingBenchmark.sgemm(bench));
    return contenders;
  }

  private static Object[] arguments(Bench bench, double seconds) {
    List<Object> arguments = new ArrayList<>(List.of(seconds, bench.threads()));
    arguments.addAll(List.of(BATCHES));
    return arguments.toArray();
  }

  private static List<Row> rows(Map<String, List<Measured>> results) {
    Reading forward = Reading.best(results.get(OURS), Peers.IMAGES_PER_SECOND);
    List<Row> rows = new ArrayList<>();
    if (results.containsKey(ONNX)) {
      Reading onnx = Reading.best(results.get(ONNX), Peers.IMAGES_PER_SECOND);
      rows.add(Row.of("forward pass", forward, onnx).to(Goal.atLeast(1.3)));
    }
    if (results.containsKey(Peers.EAGER)) {
      Reading eager = Reading.best(results.get(Peers.EAGER), Peers.IMAGES_PER_SECOND);
      rows.add(Row.of("forward pass", forward, eager).to(Goal.atLeast(1.1)));
    }
    Reading gigaflops =
        forward.times(
            Arithmetic.forwardGigaflop(NetworkConfig.of(32, 10)), CeilingBenchmark.GIGAFLOPS);
    rows.add(Row.of("forward pass, share of the peak", gigaflops, CeilingBenchmark.peak(results)));
    Reading topics =
        Reading.of(results.get(TOPICS), Peers.IMAGES_PER_SECOND, Peers.IMAGES_PER_SECOND);
    rows.add(
        Row.of("PNGs from topic to topic", topics, forward.as("the bare forward pass"))
            .to(Goal.atLeast(0.9)));
    return rows;
  }
}
