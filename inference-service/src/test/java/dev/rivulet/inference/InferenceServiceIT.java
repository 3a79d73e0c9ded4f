package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicSpec;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestRecords;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InferenceServiceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Topics TOPICS = Topics.DEFAULT;

  private static TestBroker broker;
  private static ServiceProcess service;

  @BeforeAll
  static void startServing() throws Exception {
    broker = TestBroker.start();
    service = new ServiceProcess(broker.bootstrapServers(), "rivulet.device=cpu").up();
    saysHonestlyThatThereIsNoModelYet();
    publish(TinyCheckpoint.of("run", 1));
    service.awaits(() -> service.status("/q/health/ready") == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    broker.close();
  }

  private static void saysHonestlyThatThereIsNoModelYet() throws Exception {
    HttpResponse<String> ready = service.get("/q/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("no checkpoint yet: image events wait in Kafka");
    assertProblem(service.get("/model"), 503, "no checkpoint yet");
    HttpResponse<String> refused = service.post("/classify", "image/png", TestImages.png(1));
    assertProblem(refused, 503, "no checkpoint yet");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    refusesBodiesBeforeTheyCome();
  }

  /** More of them than the server has threads: none may wait for the bytes that never come. */
  private static void refusesBodiesBeforeTheyCome() throws Exception {
    URI uri = service.uri("/classify");
    String head =
        "POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 16000000\r\n\r\n";
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 250; i++) {
        Socket client = new Socket(uri.getHost(), uri.getPort());
        clients.add(client);
        client.setSoTimeout(10_000);
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(answer.readLine()).as("answer %d", i).startsWith("HTTP/1.1 503");
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void tellsTheModelThatServes() throws Exception {
    JsonNode model = json(service.get("/model"), 200);
    TinyCheckpoint first = TinyCheckpoint.of("run", 1);
    assertThat(model.get("run").asText()).isEqualTo("run");
    assertThat(model.get("epoch").asInt()).isEqualTo(1);
    assertThat(model.get("sha256").asText()).isEqualTo(first.description().sha256());
    assertThat(model.get("classes")).hasSize(4);
    assertThat(model.get("validationAccuracy").asDouble()).isEqualTo(0.5);
    assertThat(model.get("servedSince").asText()).endsWith("Z");
    assertThat(model.get("device").asText()).startsWith("CPU");
  }

  @Test
  void classifiesAnImageInTheBody() throws Exception {
    JsonNode prediction = json(service.post("/classify", "image/png", TestImages.png(1)), 200);
    assertThat(TinyCheckpoint.CLASSES).contains(prediction.get("label").asText());
    assertThat(prediction.get("probabilities")).hasSize(4);
    assertThat(prediction.get("model").get("epoch").asInt()).isEqualTo(1);
    assertThat(prediction.has("source")).isFalse();
  }

  @Test
  void classifiesRawPixels() throws Exception {
    json(service.post("/classify", "application/octet-stream", new byte[3072]), 200);
  }

  @Test
  void classifiesTheFilesOfAForm() throws Exception {
    byte[] form = form(List.of(TestImages.png(1), TestImages.png(2)));
    JsonNode predictions =
        json(service.post("/classify", "multipart/form-data; boundary=XX", form), 200);
    assertThat(predictions).hasSize(2);
    assertThat(predictions.get(0).get("id").asText()).isEqualTo("0.png");
    assertThat(predictions.get(1).get("id").asText()).isEqualTo("1.png");
  }

  @Test
  void saysWhatIsWrongWithARequest() throws Exception {
    byte[] png = TestImages.png(1);
    assertProblem(service.post("/classify", "image/png", new byte[0]), 400, "no image bytes");
    assertProblem(
        service.post("/classify", "image/png", Arrays.copyOf(png, png.length / 2)), 400, "PNG");
    assertProblem(service.post("/classify", "image/png", new byte[100]), 415, "convert");
    assertProblem(service.post("/classify", "text/plain", png), 415, "Content-Type image/jpeg");
    assertProblem(
        service.post("/classify", "multipart/form-data; boundary=XX", form(List.of())),
        400,
        "no file");
    assertProblem(
        service.post(
            "/classify", "multipart/form-data; boundary=XX", form(List.of(png, new byte[7]))),
        415,
        "1.png");
    assertProblem(
        service.post("/classify", "multipart/form-data; boundary=XX", new byte[99]),
        400,
        "too early");
    assertProblem(
        service.post(
            "/classify",
            "multipart/form-data; boundary=XX",
            "--XX\r\nno header\r\n\r\n".getBytes(StandardCharsets.UTF_8)),
        400,
        "not what its Content-Type says");
    assertProblem(service.post("/classify", "nonsense", png), 400, "no media type");
    assertProblem(service.get("/classify"), 405, "");
    assertProblem(service.get("/nothing"), 404, "");
  }

  @Test
  void refusesBodiesAboveTheLimit() throws Exception {
    assertProblem(service.post("/classify", "image/png", new byte[(16 << 20) + 1]), 413, "limit");
    assertProblem(service.post("/classify", "image/png", new byte[20 << 20]), 413, "16 MiB");
    // without a Content-Length
    assertProblem(
        service.post(
            "/classify",
            "image/png",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[20 << 20]))),
        413,
        "limit");
    assertProblem(
        service.post(
            "/classify", "multipart/form-data; boundary=XX", form(List.of(new byte[20 << 20]))),
        413,
        "16 MiB");
  }

  @Test
  void documentsItsInterface() throws Exception {
    String openApi = service.get("/q/openapi").body();
    assertThat(openApi)
        .contains("/classify", "/model", "Classify one image", "multipart/form-data")
        .contains("/models:", "/model/selection:", "/model/rollback:");
  }

  @Test
  void takesNoOrdersFromPagesOfOthers() throws Exception {
    String own = service.uri("/").getAuthority();
    assertThat(service.rollBackFrom("http://" + own, own)).as("the oldest serves").contains("409");
    for (String other :
        List.of("https://elsewhere.example", "http://127.0.0.1:1", "http://localhost", "null")) {
      assertThat(service.rollBackFrom(other, own)).contains("403");
    }
    // a name that was made to point here after its page had been loaded from elsewhere
    String rebound = "rebound.example:" + service.uri("/").getPort();
    assertThat(service.rollBackFrom("http://" + rebound, rebound)).contains("403");
    assertThat(json(service.get("/model"), 200).at("/selection/mode").asText()).isEqualTo("newest");
  }

  @Test
  void exposesItsMeters() throws Exception {
    json(service.post("/classify", "image/png", TestImages.png(3)), 200);
    service.post("/classify", "image/png", new byte[5]);
    // measured every two seconds
    service.awaits(() -> exposes("rivulet_consumer_lag{"));
    assertThat(service.get("/q/metrics").body())
        .contains(
            "rivulet_images_classified_total{label=",
            "rivulet_images_rejected_total{reason=\"unknown-format\",source=\"rest\"}",
            "rivulet_image_latency_seconds_bucket{source=\"rest\",le=",
            "rivulet_forward_duration_seconds_bucket{le=",
            "rivulet_forward_batch_size_count",
            "rivulet_model_info{dataset=\"shapes\",epoch=\"1\",run=\"run\"} 1.0",
            "rivulet_model_epoch 1.0",
            "rivulet_model_selection{mode=\"newest\"} 1.0",
            "rivulet_model_selections_total{outcome=\"followed\"}",
            "rivulet_model_age_seconds",
            "rivulet_model_validation_accuracy 0.5",
            "rivulet_model_reloads_total{outcome=\"loaded\",reason=\"none\"} 1.0",
            "rivulet_model_reload_duration_seconds",
            "rivulet_consumer_lag{partition=\"0\",topic=\"images\"}",
            "rivulet_queue_depth");
  }

  private static boolean exposes(String meter) {
    try {
      return service.get("/q/metrics").body().contains(meter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void endsWithALineThatHelpsIfATopicWouldLoseData() throws Exception {
    Topics compacted = Topics.named(role -> role + "-compacted");
    Map<String, String> settings = new HashMap<>(compacted.imagesSpec().settings());
    settings.put("cleanup.policy", "compact");
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin).ensure(List.of(new TopicSpec(compacted.images(), 1, settings)));
    }
    try (ServiceProcess conflicting =
        new ServiceProcess(
            broker.bootstrapServers(), "rivulet.topics.images=" + compacted.images())) {
      assertThat(conflicting.exitCode()).isEqualTo(1);
      assertThat(conflicting.log()).contains("images-compacted has cleanup.policy=compact");
      assertThat(conflicting.log()).doesNotContain("\tat ");
    }
  }

  @Test
  void endsWithALineThatHelpsIfASettingIsWrong() throws Exception {
    assertEndsWith("rivulet.max-batch=0", "choose a number from 1 to");
    assertEndsWith("rivulet.topics.pictures=x", "there is no such topic; choose from");
    assertEndsWith("rivulet.device=abacus", "device must be auto, cpu or gpu");
    // one of the checkpoints' consumer, one of the image events' producer
    assertEndsWith("kafka.fetch.max.bytes=many", "many for configuration fetch.max.bytes");
    assertEndsWith("kafka.delivery.timeout.ms=1", "delivery.timeout.ms should be equal to or");
  }

  @Test
  void doesNotStartWhereOthersReachItWithoutAKey() throws Exception {
    assertEndsWith("quarkus.http.host=0.0.0.0", "others can reach 0.0.0.0: set RIVULET_API_KEY");
    assertEndsWith("rivulet.api-key=too-short", "it is too short; use 16 or more");
  }

  @Test
  void changesNothingWithoutTheKey() throws Exception {
    String key = "a-key-that-only-this-test-knows";
    try (ServiceProcess keyed =
        new ServiceProcess(
                broker.bootstrapServers(),
                "rivulet.device=cpu",
                "rivulet.api-key=" + key,
                "quarkus.log.level=DEBUG")
            .up()) {
      for (String wrong : List.of("Bearer " + key + "x", "Bearer", "Basic " + key, key)) {
        assertUnauthorized(keyed.post("/model/rollback", Optional.of(wrong)));
      }
      assertUnauthorized(keyed.post("/model/rollback", Optional.empty()));
      assertUnauthorized(keyed.put("/model/selection", "{'mode':'newest'}"));
      keyed.awaits(() -> keyed.status("/q/health/ready") == 200);
      // what changes nothing needs none; with the key there is nothing to go back to
      json(keyed.post("/classify", "image/png", TestImages.png(1)), 200);
      assertProblem(
          keyed.post("/model/rollback", Optional.of("Bearer " + key)), 409, "oldest checkpoint");
      assertThat(keyed.get("/q/openapi").body())
          .contains("securitySchemes:", "scheme: bearer", "- api-key: []")
          .doesNotContain(key);
      assertThat(keyed.get("/q/metrics").body()).doesNotContain(key);
      assertThat(keyed.log()).doesNotContain(key);
    }
  }

  private static void assertUnauthorized(HttpResponse<String> response) throws Exception {
    assertProblem(response, 401, "API key");
    assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Bearer");
  }

  private static void assertEndsWith(String setting, String line) throws Exception {
    try (ServiceProcess wrong = new ServiceProcess(broker.bootstrapServers(), setting)) {
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.log()).contains(line).doesNotContain("\tat ");
    }
  }

  @Test
  void losesAndRepeatsNothingWhenItIsKilled() throws Exception {
    Topics own = Topics.named(role -> role + "-killed");
    String[] settings = settings(own);
    List<String> ids = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = TestImages.producer(broker.connection());
        KafkaConsumer<byte[], byte[]> outcomes =
            broker.connection().consumerOfAnyKeys(Map.of("group.id", "test-killed"))) {
      createTopics(own);
      publish(own, TinyCheckpoint.of("run", 1));
      List<ProducerRecord<byte[], byte[]>> images = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        byte[] key = ("image-" + i).getBytes(StandardCharsets.UTF_8);
        images.add(new ProducerRecord<>(own.images(), key, TestImages.png(i % 50)));
      }
      TestRecords.publish(producer, images);
      outcomes.subscribe(List.of(own.predictions(), own.imagesRejected()));
      for (int kills = 1; kills <= 2; kills++) {
        try (ServiceProcess victim = new ServiceProcess(broker.bootstrapServers(), settings)) {
          int enough = ids.size() + 200;
          victim.awaits(() -> collect(outcomes, ids) >= enough);
          victim.kill();
        }
      }
      assertThat(ids).hasSizeLessThan(2_000);
      try (ServiceProcess last = new ServiceProcess(broker.bootstrapServers(), settings)) {
        last.awaits(() -> collect(outcomes, ids) >= 2_000, () -> gaps(ids, 2_000));
        last.awaits(() -> last.status("/q/health/ready") == 200);
        assertThat(last.terminate()).isIn(0, 143);
      }
      collect(outcomes, ids);
    }
    assertThat(ids).hasSize(2_000).doesNotHaveDuplicates();
  }

  private static String gaps(List<String> ids, int images) {
    List<String> missing =
        IntStream.range(0, images)
            .mapToObj(i -> "image-" + i)
            .filter(image -> !ids.contains(image))
            .toList();
    return "%d outcomes, %d of them repeated; without one: %s"
        .formatted(ids.size(), ids.size() - Set.copyOf(ids).size(), missing);
  }

  private static int collect(KafkaConsumer<byte[], byte[]> outcomes, List<String> ids) {
    outcomes
        .poll(Duration.ofMillis(100))
        .forEach(outcome -> ids.add(new String(outcome.key(), StandardCharsets.UTF_8)));
    return ids.size();
  }

  private static String[] settings(Topics topics) {
    return new String[] {
      "rivulet.device=cpu",
      "rivulet.max-batch=16",
      "rivulet.topics.images=" + topics.images(),
      "rivulet.topics.predictions=" + topics.predictions(),
      "rivulet.topics.images-rejected=" + topics.imagesRejected(),
      "rivulet.topics.checkpoints=" + topics.checkpoints(),
      "rivulet.topics.model-selection=" + topics.modelSelection()
    };
  }

  @Test
  void selectsOverRestForAllReplicas() throws Exception {
    Topics own = Topics.named(role -> role + "-selected");
    createTopics(own);
    for (int epoch = 1; epoch <= 3; epoch++) {
      publish(own, TinyCheckpoint.of("run", epoch).withAccuracy(epoch == 1 ? 0.75 : 0.5));
    }
    try (ServiceProcess one = new ServiceProcess(broker.bootstrapServers(), settings(own));
        ServiceProcess other = new ServiceProcess(broker.bootstrapServers(), settings(own))) {
      List<ServiceProcess> replicas = List.of(one, other);
      awaitServed(replicas, 3);
      JsonNode models = json(one.get("/models"), 200);
      assertThat(models).hasSize(3);
      assertThat(models.get(0).get("validationAccuracy").asDouble()).isEqualTo(0.75);
      assertThat(models.get(1).get("serves").asBoolean()).isFalse();
      assertThat(models.get(2).get("serves").asBoolean()).isTrue();

      JsonNode pinned =
          json(one.put("/model/selection", "{'mode':'pinned','run':'run','epoch':1}"), 200);
      assertThat(pinned.get("epoch").asInt()).isEqualTo(1);
      awaitServed(replicas, 1);
      assertThat(json(other.get("/model"), 200).at("/selection/by").asText())
          .isEqualTo("PUT /model/selection");
      json(other.put("/model/selection", "{'mode':'pinned','run':'run'}"), 200);
      awaitServed(replicas, 3);
      assertThat(json(other.put("/model/selection", "{'mode':'best'}"), 200).get("epoch").asInt())
          .isEqualTo(1);
      awaitServed(replicas, 1);
      assertProblem(one.post("/model/rollback", "application/json", new byte[0]), 409, "oldest");
      json(one.put("/model/selection", "{'mode':'newest'}"), 200);
      awaitServed(replicas, 3);
      json(one.post("/model/rollback", "application/json", new byte[0]), 200);
      awaitServed(replicas, 2);
      JsonNode back = json(other.post("/model/rollback", "application/json", new byte[0]), 200);
      assertThat(back.get("epoch").asInt()).isEqualTo(1);
      assertThat(back.get("mode").asText()).isEqualTo("pinned");
      awaitServed(replicas, 1);
      assertThat(json(one.get("/model"), 200).at("/selection/by").asText())
          .isEqualTo("POST /model/rollback");
      refusesSelectionsThatMeanNothing(one);
    }
  }

  private static void refusesSelectionsThatMeanNothing(ServiceProcess replica) throws Exception {
    assertProblem(replica.put("/model/selection", ""), 400, "the body is no selection");
    assertProblem(
        replica.put("/model/selection", "{'mod':'best'}"),
        400,
        "there is no field 'mod'; choose from epoch, mode, run");
    assertProblem(
        replica.put("/model/selection", "{'mode':'best'}" + " ".repeat(20_000)),
        413,
        "16384 bytes");
    assertProblem(
        replica.put("/model/selection", "{'mode':" + "[".repeat(2_000)), 400, "field 'mode'");
    assertProblem(replica.put("/model/selection", "{}"), 400, "choose newest, best or pinned");
    assertProblem(replica.put("/model/selection", "{'mode':'pinned'}"), 400, "name run and epoch");
    assertProblem(replica.put("/model/selection", "{'mode':'best','run':'run'}"), 400, "leave out");
    assertProblem(
        replica.put("/model/selection", "{'mode':'pinned','run':'run','epoch':9}"),
        404,
        "no checkpoint of epoch 9");
    assertProblem(
        replica.put("/model/selection", "{'mode':'pinned','run':'other'}"), 404, "GET /models");
  }

  private static void awaitServed(List<ServiceProcess> replicas, int epoch) {
    Waiting.until(
        () ->
            replicas.stream()
                .allMatch(replica -> replica.servedEpoch().equals(Optional.of(epoch))));
  }

  private static void createTopics(Topics topics) throws InterruptedException {
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(
                  topics.checkpointsSpec(),
                  topics.modelSelectionSpec(),
                  topics.imagesSpec(),
                  topics.predictionsSpec(),
                  topics.imagesRejectedSpec()));
    }
  }

  private static void publish(TinyCheckpoint checkpoint) throws Exception {
    publish(TOPICS, checkpoint);
  }

  private static void publish(Topics topics, TinyCheckpoint checkpoint) throws Exception {
    try (KafkaProducer<String, byte[]> producer = broker.connection().producer()) {
      producer.send(checkpoint.toRecord(topics.checkpoints())).get();
    }
  }

  private static byte[] form(List<byte[]> files) throws Exception {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < files.size(); i++) {
      String head =
          "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%d.png\"\r\nContent-Type: image/png\r\n\r\n";
      form.write(head.formatted(i).getBytes(StandardCharsets.UTF_8));
      form.write(files.get(i));
      form.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    form.write("--XX--\r\n".getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  private static JsonNode json(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static void assertProblem(HttpResponse<String> response, int status, String detail)
      throws Exception {
    JsonNode problem = json(response, status);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("detail").asText()).contains(detail).isNotBlank();
  }
}
