package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A local pipeline that trains a small run, and a Prometheus that scrapes it from the start. */
final class WatchedPipeline implements AutoCloseable {
  private static final int EPOCHS = 3;
  private static final int WAVE = 40;
  private static final int DATASET_IMAGES = 1_200;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Rivulet rivulet;
  private RunningInstance running;
  private PrometheusProcess prometheus;
  private int published;

  private WatchedPipeline(Rivulet rivulet) {
    this.rivulet = rivulet;
  }

  static WatchedPipeline start(Path folder) throws Exception {
    Path data = folder.resolve("data");
    // reading a data set of one's own has a progress, which the built-in one does not have
    Path dataset = folder.resolve("pictures");
    TestImages.writeDataset(dataset, DATASET_IMAGES);
    WatchedPipeline pipeline =
        new WatchedPipeline(
            Rivulet.start(
                folder.resolve("up.txt"),
                "up",
                "--dataset",
                dataset.toString(),
                "--width",
                "8",
                "--epochs",
                String.valueOf(EPOCHS),
                "--data",
                data.toString(),
                "--port",
                Rivulet.freePort(),
                "--kafka-port",
                Rivulet.freePort()));
    try {
      pipeline.await(
          "running.json",
          () -> {
            Optional<RunningInstance> found = RunningInstance.find(new DataFolder(data));
            found.ifPresent(instance -> pipeline.running = instance);
            return found.isPresent();
          });
      pipeline.watch(folder);
      return pipeline;
    } catch (Exception | AssertionError e) {
      pipeline.close();
      throw e;
    }
  }

  private void watch(Path folder) throws Exception {
    prometheus =
        PrometheusProcess.start(
            folder,
            Path.of(System.getProperty("rivulet.home"), "deploy/prometheus/prometheus.yml"),
            Map.of(
                "ingest", address(running.ingest()),
                "trainer", address(running.trainer()),
                "inference", address(running.inference())));
    await("Prometheus", prometheus::isReady);
  }

  private static String address(String url) {
    return URI.create(url).getAuthority();
  }

  PrometheusProcess prometheus() {
    return prometheus;
  }

  /** Lets the run finish and classifies images of every kind, so that every metric has moved. */
  void trainAndClassify() throws Exception {
    for (String job : List.of("ingest", "trainer", "inference", "prometheus")) {
      awaitSeries("up{job=\"%s\"} == 1".formatted(job));
    }
    awaitSeries("rivulet_epoch_completed >= 1");
    awaitSeries("rivulet_model_epoch >= 1");
    // counters are born with the first wave; rates are seen with the next
    publishWave();
    awaitOutcomes();
    publishWave();
    awaitOutcomes();
    awaitSeries("rivulet_runs{status=\"finished\"} == 1");
    awaitSeries("rivulet_model_epoch == " + EPOCHS);
    // ingest looks at the topics now and then
    awaitSeries("rivulet_topic_bytes{topic=\"checkpoints\"} > 0");
    awaitSeries("sum(rivulet_consumer_lag) == 0");
  }

  List<String> metricsPages() throws Exception {
    List<String> pages = new ArrayList<>();
    for (String url : List.of(running.ingest(), running.trainer(), running.inference())) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/q/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      pages.add(answer.body());
    }
    return pages;
  }

  /** Good images and a broken one to the topic, one of each by REST. */
  private void publishWave() throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        KafkaConnection.to(running.bootstrap()).producer()) {
      for (int i = 1; i < WAVE; i++) {
        send(producer, TestImages.good(published));
      }
      send(producer, TestImages.broken(published));
    }
    assertThat(post(TestImages.good(0))).isEqualTo(200);
    assertThat(post(TestImages.broken(0))).isBetween(400, 499);
  }

  private void send(KafkaProducer<String, byte[]> producer, byte[] image) {
    producer.send(new ProducerRecord<>(Topics.DEFAULT.images(), "image-" + published, image));
    published++;
  }

  private int post(byte[] image) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(running.inference() + "/classify"))
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private void awaitOutcomes() throws Exception {
    awaitSeries(
        "sum(rivulet_images_classified_total{source=\"topic\"}) + sum(rivulet_images_rejected_total{source=\"topic\"}) == "
            + published);
  }

  /** Waits until Prometheus has seen it. */
  private void awaitSeries(String expression) throws Exception {
    await(expression, () -> prometheus.seriesAt(expression, Instant.now()) > 0);
  }

  /** Asks again and again, and shows the command's output if it ends instead. */
  void await(String what, Callable<Boolean> question) throws Exception {
    while (!holds(question)) {
      assertThat(rivulet.isAlive()).as("waiting for %s:%n%s", what, rivulet.output()).isTrue();
      Thread.sleep(200);
    }
  }

  private static boolean holds(Callable<Boolean> question) throws Exception {
    try {
      return question.call();
    } catch (ConnectException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    try {
      if (prometheus != null) {
        prometheus.close();
      }
    } finally {
      Rivulet.Result end = rivulet.stop();
      assertThat(end.exitCode()).as(end.output()).isIn(0, 130, 143);
    }
  }
}
