package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.inference.live.LiveEvents;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestRecords;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the live page gets from the service. */
@Timeout(120)
class LivePageResourcesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final int MAX_PAGES = 3;

  private static TestBroker broker;
  private static ServiceProcess service;

  @BeforeAll
  static void startServing() throws Exception {
    broker = TestBroker.start();
    service =
        new ServiceProcess(
                broker.bootstrapServers(), "rivulet.device=cpu", "rivulet.live-pages=" + MAX_PAGES)
            .up();
    Waiting.until(() -> snapshot().path("events").path("runs").isArray());
    publish(TinyCheckpoint.of("run", 1).toRecord(TOPICS.checkpoints()));
    publishEvent(
        TOPICS.trainingRuns(),
        "run",
        TrainingRun.requested("run", TrainingPlan.defaults(), Instant.now()));
    publishEvent(TOPICS.trainingMetrics(), "run/1", LiveEvents.epoch("run", 1, 1.5, null));
    Waiting.until(() -> snapshot().has("model"));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    broker.close();
  }

  @Test
  void servesThePageUnderAStrictPolicy() throws Exception {
    for (String path :
        List.of("/", "/app.js", "/style.css", "/webjars/uplot/1.6.30/dist/uPlot.esm.js")) {
      HttpResponse<String> answer = service.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }
    assertThat(service.get("/").body())
        .contains("<title>Rivulet</title>")
        .doesNotContain("style=", "onclick", "http:", "https:");
  }

  @Test
  void hasAllInItsSnapshot() {
    Waiting.until(() -> snapshot().at("/events/epochs/run").size() == 1);
    JsonNode snapshot = snapshot();
    assertThat(snapshot.at("/model/epoch").asInt()).isEqualTo(1);
    assertThat(snapshot.at("/model/selection/mode").asText()).isEqualTo("newest");
    assertThat(snapshot.at("/events/runs/0/id").asText()).isEqualTo("run");
    assertThat(snapshot.at("/events/epochs/run/0/secondsSoFar").asDouble()).isEqualTo(10);
  }

  @Test
  void classifiesAndShowsWhatTheNetworkSaw() throws Exception {
    HttpResponse<String> answer =
        service.post("/live/classify", "application/octet-stream", TestImages.png(3));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode content = JSON.readTree(answer.body());
    assertThat(content.at("/prediction/probabilities")).hasSize(4);
    byte[] seen = Base64.getDecoder().decode(content.get("seen").asText());
    assertThat(sides(seen)).containsExactly(32, 32);
    // the same pixels once more give the same answer
    JsonNode again =
        JSON.readTree(service.post("/live/classify", "application/octet-stream", seen).body());
    assertThat(again.at("/prediction/probabilities"))
        .isEqualTo(content.at("/prediction/probabilities"));
    assertThat(service.post("/live/classify", "image/png", new byte[9]).statusCode())
        .isEqualTo(415);
  }

  @Test
  void showsImageEventsWithTheirPictures() throws Exception {
    publish(new ProducerRecord<>(TOPICS.images(), "photo", TestImages.png(5)));
    publish(new ProducerRecord<>(TOPICS.images(), "broken", new byte[] {1, 2, 3}));
    Waiting.until(() -> snapshot().at("/events/images").size() == 2);
    JsonNode images = snapshot().at("/events/images");
    JsonNode predicted = images.get(0).has("label") ? images.get(0) : images.get(1);
    assertThat(predicted.get("id").asText()).isEqualTo("photo");
    String place =
        "/live/images/%s/%s".formatted(predicted.get("partition"), predicted.get("offset"));
    assertThat(service.get(place).statusCode()).isEqualTo(200);
    assertThat(service.get(place).headers().firstValue("Content-Type")).contains("image/png");
    assertThat(service.get("/live/images/0/999999").statusCode()).isEqualTo(204);
    HttpResponse<String> noPartition = service.get("/live/images/4711/0");
    assertThat(noPartition.statusCode()).isEqualTo(404);
    assertThat(noPartition.body()).contains("topic images has no partition 4711");
    assertThat(service.get("/live/images/0/-1").statusCode()).isEqualTo(204);
    assertThat(service.get("/live/images/0/x").statusCode()).isEqualTo(404);
  }

  @Test
  void showsValidationImages() throws Exception {
    byte[] pixels = new byte[2 * LabelledImages.IMAGE_BYTES];
    pixels[LabelledImages.IMAGE_BYTES] = (byte) 200;
    publish(
        new ValidationBatch("pets 1", 0, new LabelledImages(pixels, new int[] {0, 1}))
            .toRecord(TOPICS.validationBatches()));
    String query = "/live/validation-image?dataset=pets%201&index=";
    Waiting.until(() -> service.status(query + 1) == 200);
    assertThat(service.status(query + 2)).isEqualTo(204);
    assertThat(service.status(query + 256)).isEqualTo(204);
    assertThat(service.status("/live/validation-image?dataset=cats&index=0")).isEqualTo(204);
  }

  @Test
  void streamsEventsToSoManyPagesAndNoMore() throws Exception {
    Stream first = new Stream();
    Stream second = new Stream();
    Stream third = new Stream();
    assertThat(first.line()).contains("200 OK");
    assertThat(second.line()).contains("200 OK");
    assertThat(third.line()).contains("200 OK");
    try (Stream oneTooMany = new Stream()) {
      assertThat(oneTooMany.line()).contains("503");
    }
    third.close();
    publishEvent(TOPICS.trainingMetrics(), "other/1", LiveEvents.epoch("other", 1, 2.5, null));
    assertThat(first.until("event: epoch")).isTrue();
    assertThat(second.until("\"loss\":2.5")).isTrue();
    first.close();
    second.close();
    Waiting.until(LivePageResourcesIT::hasRoom);
  }

  private static boolean hasRoom() {
    try (Stream stream = new Stream()) {
      return stream.line().contains("200 OK");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A page's stream, read as bytes from a socket so that it can be slow or break off. */
  private static final class Stream implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Stream() throws Exception {
      URI uri = service.uri("/live/events");
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      in = socket.getInputStream();
    }

    String line() throws Exception {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        line.append((char) c);
      }
      return line.toString();
    }

    boolean until(String text) throws Exception {
      StringBuilder all = new StringBuilder();
      while (all.indexOf(text) < 0) {
        int c = in.read();
        if (c < 0) {
          return false;
        }
        all.append((char) c);
      }
      return true;
    }

    @Override
    public void close() throws Exception {
      socket.close();
    }
  }

  private static JsonNode snapshot() {
    try {
      return JSON.readTree(service.get("/live/snapshot").body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static int[] sides(byte[] png) throws Exception {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    return new int[] {image.getWidth(), image.getHeight()};
  }

  private static void publishEvent(String topic, String key, Object event) {
    publish(new ProducerRecord<>(topic, key, EventJson.write(event)));
  }

  private static void publish(ProducerRecord<String, byte[]> record) {
    TestRecords.publish(broker.connection(), List.of(record));
  }
}
