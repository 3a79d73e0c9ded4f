package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The live page with a long history and a flood of image events: what it costs, and that it does
 * not grow. A measurement, so it is made when somebody asks for it: {@code
 * -Drivulet.load.seconds=600} measures for ten minutes.
 */
@Timeout(1_200)
@EnabledIfSystemProperty(named = "rivulet.load.seconds", matches = "\\d+")
class LivePageLoadIT {
  private static final int RUNS = 5;
  private static final int EPOCHS = 100;
  private static final int EVENTS_PER_SECOND = 200;
  private static final int IMAGES = 100;
  private static final int SECONDS = Integer.getInteger("rivulet.load.seconds", 60);
  private static final int WARM_UP_SECONDS = 10;
  private static final double NANOS = 1e9;

  /** Of all the browser's processes. The aim is 0.05; a busy machine has cold caches. */
  private static final double MAX_SHARE_OF_A_CORE = 0.1;

  private static final int MAX_GROWTH_BYTES = 2 << 20;

  @TempDir Path folder;

  private KafkaConnection kafka;

  @Test
  void staysResponsiveAndDoesNotGrow() throws Exception {
    try (Browser browser = Browser.start(folder.resolve("profile"))) {
      Rivulet up = up();
      try {
        RunningInstance running = awaitRunning(up);
        kafka = KafkaConnection.to(running.bootstrap());
        while (!up.output().contains("serving on")) {
          assertThat(up.isAlive()).as(up.output()).isTrue();
          Thread.sleep(200);
        }
        publishHistory();
        List<Prediction> predictions = classifyImages();
        browser.open(running.inference());
        browser.await("history", () -> browser.count("#runs-table tbody tr") == RUNS + 1);
        for (int row = 2; row <= RUNS; row++) {
          browser.click("#runs-table tbody tr:nth-child(%d) [type=checkbox]".formatted(row));
        }
        browser.await("overlays", () -> browser.count("#legend li") == 4 + RUNS - 1);
        // where image events are in sight, and cost most
        browser.script("document.getElementById('stream').scrollIntoView({block: 'center'});");
        measure(browser, predictions);
        assertThat(browser.complaints()).isEmpty();
      } finally {
        up.stop();
      }
    }
  }

  private void measure(Browser browser, List<Prediction> predictions) throws Exception {
    flood(predictions, WARM_UP_SECONDS);
    browser.collectGarbage();
    double heap = browser.metric("JSHeapUsedSize");
    double nodes = browser.metric("Nodes");
    double busy = browser.metric("TaskDuration");
    double scripts = browser.metric("ScriptDuration");
    double layout = browser.metric("LayoutDuration") + browser.metric("RecalcStyleDuration");
    Map<String, Double> cpu = Browser.cpuSeconds();
    long start = System.nanoTime();

    flood(predictions, SECONDS);

    double seconds = (System.nanoTime() - start) / NANOS;
    double share = (browser.metric("TaskDuration") - busy) / seconds;
    double scriptShare = (browser.metric("ScriptDuration") - scripts) / seconds;
    double layoutShare =
        (browser.metric("LayoutDuration") + browser.metric("RecalcStyleDuration") - layout)
            / seconds;
    Map<String, Double> shares = Browser.cpuSeconds();
    shares.replaceAll((role, now) -> (now - cpu.getOrDefault(role, 0.0)) / seconds);
    double allProcesses = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    browser.collectGarbage();
    double heapGrowth = browser.metric("JSHeapUsedSize") - heap;
    double nodeGrowth = browser.metric("Nodes") - nodes;
    String result =
        ("%d runs of %d epochs, %d image events/s for %.0f s: page's main thread %.1f %% of a core (scripts %.1f %%, layout %.1f %%),"
                + " all processes of the browser %.1f %% (%s); heap %.1f MB, grown by %.2f MB; %d DOM"
                + " nodes, grown by %d%n")
            .formatted(
                RUNS,
                EPOCHS,
                EVENTS_PER_SECOND,
                seconds,
                100 * share,
                100 * scriptShare,
                100 * layoutShare,
                100 * allProcesses,
                shares.entrySet().stream()
                    .map(entry -> "%s %.1f %%".formatted(entry.getKey(), 100 * entry.getValue()))
                    .collect(Collectors.joining(", ")),
                heap / 1e6,
                heapGrowth / 1e6,
                (int) nodes,
                (int) nodeGrowth);
    Files.writeString(Path.of("target", "live-page-load.txt"), result);

    assertThat(browser.count("#strip li")).isEqualTo(24);
    assertThat(allProcesses).as(result).isLessThan(MAX_SHARE_OF_A_CORE);
    assertThat(heapGrowth).as(result).isLessThan(MAX_GROWTH_BYTES);
    assertThat(nodeGrowth).as(result).isLessThan(100);
  }

  /** As if many replicas classified: outcomes of images that are there, at an even pace. */
  private void flood(List<Prediction> predictions, int seconds) {
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      long start = System.nanoTime();
      for (int i = 0; i < seconds * EVENTS_PER_SECOND; i++) {
        Prediction seen = predictions.get(i % predictions.size());
        Instant now = Instant.now();
        Prediction again =
            new Prediction(
                seen.id() + "-" + i,
                seen.label(),
                seen.confidence(),
                seen.probabilities(),
                seen.model(),
                seen.source(),
                now,
                now,
                1);
        producer.send(
            new ProducerRecord<>(Topics.DEFAULT.predictions(), again.id(), EventJson.write(again)));
        LockSupport.parkNanos(start + (long) (i * NANOS / EVENTS_PER_SECOND) - System.nanoTime());
      }
    }
  }

  private List<Prediction> classifyImages() {
    List<Prediction> predictions = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromEnd(kafka, Topics.DEFAULT.predictions());
        KafkaProducer<String, byte[]> producer = kafka.producer()) {
      for (int i = 0; i < IMAGES; i++) {
        producer.send(
            new ProducerRecord<>(Topics.DEFAULT.images(), "image-" + i, TestImages.good(i)));
      }
      while (predictions.size() < IMAGES) {
        reader
            .poll(Duration.ofMillis(200))
            .forEach(record -> predictions.add(EventJson.read(record.value(), Prediction.class)));
      }
    }
    return predictions;
  }

  private void publishHistory() {
    DatasetDescription dataset =
        new DatasetDescription(
            "shapes", "shapes-1", "shapes", List.of("a", "b"), 16_384, 2_048, 8, Optional.empty());
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      for (int run = 0; run < RUNS; run++) {
        Instant at = Instant.parse("2026-01-0%dT12:00:00Z".formatted(run + 1));
        TrainingRun finished =
            TrainingRun.requested("history-" + run, TrainingPlan.defaults(), at)
                .withDataset(dataset)
                .running(at)
                .ended(RunStatus.FINISHED, at.plusSeconds(4_200), Optional.empty());
        producer.send(
            new ProducerRecord<>(
                Topics.DEFAULT.trainingRuns(), finished.id(), EventJson.write(finished)));
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
          EpochCompleted event = epoch(finished.id(), run, epoch, at.plusSeconds(42L * epoch));
          producer.send(
              new ProducerRecord<>(
                  Topics.DEFAULT.trainingMetrics(), event.key(), EventJson.write(event)));
        }
      }
    }
  }

  private static EpochCompleted epoch(String id, int run, int epoch, Instant at) {
    double progress = 1 - Math.exp(-epoch / (15.0 + 5 * run));
    return new EpochCompleted(
        id,
        epoch,
        EPOCHS,
        "shapes",
        new LossAndAccuracy(2.3 - 2 * progress, 0.1 + 0.85 * progress),
        new LossAndAccuracy(2.3 - 1.8 * progress, 0.1 + 0.78 * progress),
        new PhaseSeconds(42, 0.5, 36, 5, 0.5),
        16_384,
        450,
        "CPU",
        32,
        0.002,
        170_282,
        at,
        Optional.empty(),
        Optional.empty());
  }

  private Rivulet up() throws Exception {
    return Rivulet.start(
        folder.resolve("up.txt"),
        "up",
        "--dataset",
        "shapes",
        "--width",
        "8",
        "--limit",
        "64",
        "--epochs",
        "1",
        "--data",
        folder.resolve("data").toString(),
        "--port",
        Rivulet.freePort(),
        "--kafka-port",
        Rivulet.freePort());
  }

  private RunningInstance awaitRunning(Rivulet up) throws InterruptedException {
    while (true) {
      Optional<RunningInstance> found =
          RunningInstance.find(new DataFolder(folder.resolve("data")));
      if (found.isPresent() && found.get().children().size() == 4) {
        return found.get();
      }
      assertThat(up.isAlive()).as(up.output()).isTrue();
      Thread.sleep(200);
    }
  }
}
