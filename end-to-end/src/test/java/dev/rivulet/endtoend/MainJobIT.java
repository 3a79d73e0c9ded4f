package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a user does it: one command trains, serves, reloads and stops. */
@Timeout(420)
class MainJobIT {
  private static final int WAVE = 60;
  private static final int BROKEN_EVERY = 10;
  private static final int EPOCHS = 3;
  private static final String[] MODEL_FILES = {"model.safetensors", "model.onnx", "README.md"};

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private KafkaConnection kafka;
  private int published;

  @Test
  void trainsShapesAndServesEachNewCheckpointWithoutLosingAnImage() throws Exception {
    Rivulet up = up("--epochs", String.valueOf(EPOCHS), "--limit", "640", "--width", "8");
    try {
      RunningInstance running = await("a running broker", up, this::running);
      kafka = KafkaConnection.to(running.bootstrap());

      // before the first checkpoint: these wait in Kafka
      await("the images topic", up, () -> topicExists() ? Optional.of(true) : Optional.empty());
      publishWave();
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        int wanted = epoch;
        await("model of epoch " + epoch, up, () -> servedEpoch(running).filter(e -> e >= wanted));
        publishWave();
      }

      Map<String, Prediction> predictions = awaitOutcomes(up);
      assertThat(predictions.keySet()).hasSize(published - published / BROKEN_EVERY);
      assertThat(new TreeSet<>(predictions.values().stream().map(p -> p.model().epoch()).toList()))
          .contains(1, 2, 3);
      assertEveryEpochOnce();
      assertCommandsWorkBeside(running);
      assertRestAnswers(running);
      assertServesOnWhenAnotherRunFails(up, running);
    } finally {
      Rivulet.Result end = up.stop();
      assertThat(end.exitCode()).as(end.output()).isIn(0, 130, 143);
    }
    assertThat(RunningInstance.find(new DataFolder(folder.resolve("data")))).isEmpty();
    assertModelIsSaved();
    assertModelCanBeExportedAtRest();
  }

  @Test
  void saysWhatIsWrongInOneLine() throws Exception {
    Path out = folder.resolve("out.txt");
    assertOneLine(Rivulet.run(out, "train", "--bath", "3"), "--bath");
    assertOneLine(Rivulet.run(out, "train", "--batch", "0"), "batch 0");
    assertOneLine(Rivulet.run(out, "sing"), "sing");
  }

  @Test
  void endsWithTheReasonWhenTheDataSetIsMissing() throws Exception {
    Rivulet train = start("train", "--dataset", folder.resolve("nowhere").toString());
    Rivulet.Result end = train.awaitEnd();
    assertThat(end.exitCode()).isNotZero();
    assertThat(end.output()).contains("nowhere").doesNotContain("\tat ");
  }

  private Rivulet up(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("up", "--dataset", "shapes"));
    all.addAll(List.of(options));
    return start(all.toArray(String[]::new));
  }

  private Rivulet start(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--data",
            folder.resolve("data").toString(),
            "--port",
            Rivulet.freePort(),
            "--kafka-port",
            Rivulet.freePort()));
    return Rivulet.start(folder.resolve("up.txt"), all.toArray(String[]::new));
  }

  private Optional<RunningInstance> running() {
    return RunningInstance.find(new DataFolder(folder.resolve("data")));
  }

  private boolean topicExists() {
    try (TopicReader reader = TopicReader.fromEnd(kafka, Topics.DEFAULT.images())) {
      return true;
    } catch (KafkaException e) {
      return false;
    }
  }

  private void publishWave() {
    List<ProducerRecord<String, byte[]>> wave = new ArrayList<>();
    for (int i = 0; i < WAVE; i++) {
      byte[] image =
          published % BROKEN_EVERY == 0
              ? TestImages.broken(published / BROKEN_EVERY)
              : TestImages.good(published);
      wave.add(new ProducerRecord<>(Topics.DEFAULT.images(), "image-" + published, image));
      published++;
    }
    TestRecords.publish(kafka, wave);
  }

  private Optional<Integer> servedEpoch(RunningInstance running) throws Exception {
    HttpResponse<byte[]> answer = get(running.inference() + "/model");
    if (answer.statusCode() != 200) {
      assertThat(answer.statusCode()).isEqualTo(503);
      return Optional.empty();
    }
    return Optional.of((Integer) EventJson.read(answer.body(), Map.class).get("epoch"));
  }

  /** Waits until every image has its outcome, and sees that none has two. */
  private Map<String, Prediction> awaitOutcomes(Rivulet up) throws Exception {
    await(
        "all outcomes",
        up,
        () ->
            read(Topics.DEFAULT.predictions()).size() + read(Topics.DEFAULT.imagesRejected()).size()
                    >= published
                ? Optional.of(true)
                : Optional.empty());
    Map<String, Prediction> predictions = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record : read(Topics.DEFAULT.predictions())) {
      Prediction prediction = EventJson.read(record.value(), Prediction.class);
      assertThat(prediction.id()).isEqualTo(record.key());
      assertThat(predictions.put(prediction.id(), prediction)).as("one outcome").isNull();
      assertThat(prediction.probabilities()).hasSize(10).containsKey(prediction.label());
    }
    TreeSet<String> rejected = new TreeSet<>();
    for (ConsumerRecord<String, byte[]> record : read(Topics.DEFAULT.imagesRejected())) {
      assertThat(rejected.add(record.key())).as("one outcome").isTrue();
      assertThat(predictions).doesNotContainKey(record.key());
      assertThat(Headers.text(record.headers(), Headers.REASON)).isNotBlank();
      assertThat(Headers.text(record.headers(), Headers.ERROR)).isNotBlank();
      assertThat(Headers.text(record.headers(), Headers.SOURCE)).startsWith("images/");
    }
    assertThat(rejected).hasSize(published / BROKEN_EVERY);
    return predictions;
  }

  private void assertEveryEpochOnce() {
    List<EpochCompleted> epochs =
        read(Topics.DEFAULT.trainingMetrics()).stream()
            .map(record -> EventJson.read(record.value(), EpochCompleted.class))
            .toList();
    assertThat(epochs).extracting(EpochCompleted::epoch).containsExactly(1, 2, 3);
    assertThat(epochs).allMatch(epoch -> epoch.images() == 640 && epoch.dataset().equals("shapes"));
  }

  private void assertCommandsWorkBeside(RunningInstance running) throws Exception {
    String data = folder.resolve("data").toString();
    Path out = folder.resolve("out.txt");
    Path image = Files.write(folder.resolve("picture.png"), TestImages.good(0));
    Rivulet.Result classified = Rivulet.run(out, "classify", "--data", data, image.toString());
    assertThat(classified.exitCode()).as(classified.output()).isZero();
    assertThat(classified.output()).contains("picture.png");

    Rivulet.Result runs = Rivulet.run(out, "runs", "--data", data);
    assertThat(runs.exitCode()).isZero();
    assertThat(runs.output()).contains("finished").contains("shapes");

    Rivulet.Result second = Rivulet.run(out, "up", "--data", data);
    assertThat(second.exitCode()).isNotZero();
    assertThat(second.output()).contains(String.valueOf(running.pid()));
  }

  private void assertRestAnswers(RunningInstance running) throws Exception {
    HttpResponse<byte[]> answer =
        post(running.inference() + "/classify", "image/png", TestImages.good(0));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(EventJson.read(answer.body(), Prediction.class).model().epoch()).isEqualTo(EPOCHS);
    for (String path : List.of("/q/health/ready", "/q/health/live", "/q/metrics", "/q/openapi")) {
      assertThat(get(running.inference() + path).statusCode()).as(path).isEqualTo(200);
    }
    String metrics = new String(get(running.trainer() + "/q/metrics").body());
    assertThat(metrics).contains("rivulet_epoch_seconds{").contains("split=\"validation\"");
  }

  private void assertServesOnWhenAnotherRunFails(Rivulet up, RunningInstance running)
      throws Exception {
    byte[] plan = EventJson.write(Map.of("dataset", "shapes", "device", "gpu"));
    HttpResponse<byte[]> answer = post(running.trainer() + "/runs", "application/json", plan);
    assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(201);
    await(
        "serving on after the failed run",
        up,
        () -> up.output().split("serving on ").length == 3 ? Optional.of(true) : Optional.empty());
    assertThat(up.output()).containsPattern("run \\S+ failed: device gpu");
    assertThat(servedEpoch(running)).contains(EPOCHS);
  }

  private void assertModelIsSaved() throws IOException {
    Path model = only(folder.resolve("data/model"));
    assertThat(names(model)).containsExactlyInAnyOrder(MODEL_FILES);
    assertThat(names(only(folder.resolve("data/runs"))))
        .containsExactlyInAnyOrder(
            "history.csv",
            "report.html",
            "accuracy.png",
            "loss.png",
            "timing.png",
            "cumulative.png");
  }

  private void assertModelCanBeExportedAtRest() throws Exception {
    Path saved = only(folder.resolve("data/model"));
    String run = saved.getFileName().toString();
    Path out = folder.resolve("out.txt");
    Path to = folder.resolve("exported");
    String data = folder.resolve("data").toString();

    Rivulet.Result export = Rivulet.run(out, "export", run, "--to", to.toString(), "--data", data);
    assertThat(export.exitCode()).as(export.output()).isZero();
    assertThat(export.output()).contains("epoch 3", "written: " + to.resolve("model.onnx"));
    assertThat(names(to)).containsExactlyInAnyOrder(MODEL_FILES);
    assertThat(weights(to)).isEqualTo(weights(saved));

    Rivulet.Result first = Rivulet.run(out, "export", run, "--epoch", "1", "--data", data);
    assertThat(first.exitCode()).as(first.output()).isZero();
    Path ofFirst = saved.resolveSibling(run + "@1");
    assertThat(names(ofFirst)).containsExactlyInAnyOrder(MODEL_FILES);
    assertThat(weights(ofFirst)).isNotEqualTo(weights(saved));

    Rivulet.Result none = Rivulet.run(out, "export", run, "--epoch", "9", "--data", data);
    assertOneLine(none, "no checkpoint of epoch 9; there are those of epochs 1, 2, 3");
  }

  private static List<Tensor> weights(Path model) throws IOException {
    return List.copyOf(
        SafeTensors.read(Files.readAllBytes(model.resolve("model.safetensors"))).tensors());
  }

  private static Path only(Path parent) throws IOException {
    try (var children = Files.list(parent)) {
      return children.reduce((a, b) -> fail("%s and %s", a, b)).orElseThrow();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private HttpResponse<byte[]> post(String uri, String contentType, byte[] body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri))
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String uri) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(records::add);
    }
    return records;
  }

  private static void assertOneLine(Rivulet.Result result, String named) {
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.output().strip().lines()).hasSize(1);
    assertThat(result.output()).startsWith("rivulet: ").contains(named);
  }

  /** Asks again and again, and shows the command's output if it ends instead. */
  private static <T> T await(String what, Rivulet up, Callable<Optional<T>> question)
      throws Exception {
    while (true) {
      Optional<T> answer;
      try {
        answer = question.call();
      } catch (ConnectException e) {
        answer = Optional.empty();
      }
      if (answer.isPresent()) {
        return answer.get();
      }
      assertThat(up.isAlive()).as("waiting for %s:%n%s", what, up.output()).isTrue();
      Thread.sleep(200);
    }
  }
}
