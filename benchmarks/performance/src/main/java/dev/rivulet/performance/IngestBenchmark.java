package dev.rivulet.performance;

import dev.rivulet.chaos.Pipeline;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.ProducerPerformance;
import dev.rivulet.performance.pipeline.PublishedEpochs;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.probe.AugmentationProbe;
import dev.rivulet.performance.report.Goal;
import dev.rivulet.performance.report.Reading;
import dev.rivulet.performance.report.Row;
import dev.rivulet.performance.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Ingest without a trainer, beside Kafka's own producer test; augmentation without Kafka. */
final class IngestBenchmark implements Benchmark {
  private static final String OURS = "ingest";
  private static final String KAFKA = "kafka-producer-perf-test";
  private static final String AUGMENTATION = "augmentation";
  private static final int[] BATCHES = {32, 256};
  private static final int EPOCH_IMAGES = 16_384;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String description() {
    return "augmented images published, against kafka-producer-perf-test; augmentation alone";
  }

  @Override
  public Section run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int batch : BATCHES) {
      rows.add(publishing(bench, batch));
    }
    rows.addAll(augmentation(bench));
    return new Section(
        name(),
        "Ingest",
        rows,
        List.of(
            "acks=all, no compression, a broker of its own for each repetition, both programs just started; the test's producer has ingest's buffers and batches",
            "augmentation: of the data set's images in an epoch's order into batches, on one thread"),
        List.of());
  }

  private static Row publishing(Bench bench, int batch) throws Exception {
    int epochs = bench.count(12, 1);
    long images = (long) epochs * EPOCH_IMAGES;
    int recordBytes = recordBytes(batch);
    TrainingPlan plan =
        new TrainingPlan(
            "shapes", epochs, batch, true, 32, "original", 42, EPOCH_IMAGES, "cpu", "fp32");
    Contender theirs =
        Contender.peer(KAFKA, () -> producerTest(bench, images / batch, recordBytes));
    Contender ours =
        Contender.ours(
            OURS,
            () -> {
              try (Stage stage =
                  bench.stage(
                      Map.of("RIVULET_INGEST_WINDOW_IMAGES", PublishedEpochs.UNLIMITED_WINDOW))) {
                return PublishedEpochs.measure(stage, plan, images, Bench.PATIENCE);
              }
            });
    Map<String, List<Measured>> results = bench.rounds(List.of(theirs, ours), 5);
    String what = "published, records of %,d KB (batch %d)".formatted(recordBytes / 1_000, batch);
    Reading published =
        Reading.of(
            results.get(OURS), PublishedEpochs.MIB_PER_SECOND, PublishedEpochs.MIB_PER_SECOND);
    return results.containsKey(KAFKA)
        ? Row.of(
                what,
                published,
                Reading.of(
                    results.get(KAFKA),
                    PublishedEpochs.MIB_PER_SECOND,
                    PublishedEpochs.MIB_PER_SECOND))
            .to(Goal.atLeast(0.9))
        : Row.of(what, published);
  }

  private static Measured producerTest(Bench bench, long records, int recordBytes)
      throws Exception {
    try (Stage stage = bench.stage(Map.of())) {
      Pipeline pipeline = stage.pipeline();
      pipeline.startBroker();
      return ProducerPerformance.parse(
          bench
              .java(
                  List.of("-Xmx700m", "-XX:+UseSerialGC"),
                  ProducerPerformance.MAIN_CLASS,
                  ProducerPerformance.arguments(pipeline.kafka(), records, recordBytes))
              .output(Bench.PATIENCE));
    }
  }

  private static List<Row> augmentation(Bench bench) throws Exception {
    Contender ours =
        Contender.ours(
            AUGMENTATION,
            () -> bench.probe(AugmentationProbe.NAME, bench.count(3, 1)).measure(Bench.PATIENCE));
    List<Measured> results = bench.rounds(List.of(ours), 5).get(AUGMENTATION);
    Reading augmented = Reading.of(results, AugmentationProbe.AUGMENTED, Peers.IMAGES_PER_SECOND);
    Reading copied =
        new Reading(
            "copied only",
            Peers.IMAGES_PER_SECOND,
            Measured.each(results, AugmentationProbe.COPIED));
    return List.of(
        Row.of("augmented per core, without Kafka", augmented).to(Goal.atLeast(20_000)),
        Row.of("the same against memory", augmented, copied));
  }

  private static int recordBytes(int batch) {
    LabelledImages images =
        new LabelledImages(new byte[batch * LabelledImages.IMAGE_BYTES], new int[batch]);
    return ImageBatch.parts("20260101-000000-0000", 0, 1, 0, images)
        .get(0)
        .toRecord("topic")
        .value()
        .length;
  }
}
