package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.export.ModelFolder;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which model serves is decided by commands and over REST while images keep coming: both replicas
 * follow within a second, and every image has exactly one outcome.
 */
@Timeout(420)
class ModelSelectionIT {
  private static final int EPOCHS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final List<Duration> took = new ArrayList<>();

  @Test
  void pinsGoesBackAndImportsWithTwoReplicasWithoutLosingAnImage() throws Exception {
    Rivulet up = start();
    try {
      RunningInstance running = awaitRunning(up);
      KafkaConnection kafka = KafkaConnection.to(running.bootstrap());
      try (Replica second = Replica.start(running.bootstrap(), folder)) {
        Replica first = Replica.at(running.inference());
        List<Replica> replicas = List.of(first, second);
        String run = awaitTrained(up, replicas);
        second.awaitShare();
        try (ImageStream images = ImageStream.to(kafka)) {
          changeModels(run, replicas);
          assertFollowedWithinASecond();
          assertEachImageHasOneOutcome(kafka, images.stop());
        }
      }
    } finally {
      Rivulet.Result end = up.stop();
      assertThat(end.exitCode()).as(end.output()).isIn(0, 130, 143);
    }
    assertThat(json("models").at("/selected/run").asText()).isEqualTo("returned");
  }

  private void changeModels(String run, List<Replica> replicas) throws Exception {
    JsonNode pinned = change("pin", run + "@1");
    assertThat(pinned.at("/serving/epoch").asInt()).isEqualTo(1);
    assertFollowed(replicas, run, 1, pinned.get("selection"));

    JsonNode unpinned = change("unpin");
    assertFollowed(replicas, run, EPOCHS, unpinned.get("selection"));
    JsonNode back = change("rollback");
    assertFollowed(replicas, run, EPOCHS - 1, back.get("selection"));

    JsonNode again = replicas.get(1).post("/model/rollback");
    assertThat(again.get("epoch").asInt()).isEqualTo(EPOCHS - 2);
    assertFollowed(replicas, run, EPOCHS - 2, again);

    change("unpin");
    Path saved = new DataFolder(folder.resolve("data")).model(run);
    JsonNode imported = change("import", saved.toString(), "--name", "brought");
    assertThat(imported.get("published").asBoolean()).isTrue();
    assertServed(replicas, "brought", EPOCHS);
    assertThat(change("import", saved.toString(), "--name", "brought").get("published").asBoolean())
        .isFalse();

    JsonNode models = json("models");
    assertThat(models.get("models")).hasSize(EPOCHS + 1);
    assertThat(models.at("/selected/run").asText()).isEqualTo("brought");
    assertFollowed(replicas, run, 1, change("pin", run + "@1").get("selection"));
    takeAwayAndBringBack(run, replicas);
  }

  /** The checkpoint that is pinned goes into files, and comes back from them as another model. */
  private void takeAwayAndBringBack(String run, List<Replica> replicas) throws Exception {
    Path taken = folder.resolve("taken");
    json("export", run, "--epoch", "1", "--to", taken.toString());
    ModelFolder exported = new ModelFolder(taken);
    assertThat(exported.onnx()).isNotEmptyFile();
    JsonNode imported = change("import", exported.weights().toString(), "--name", "returned");
    assertThat(imported.get("published").asBoolean()).isTrue();
    // what is newer does not serve while another one is pinned
    assertServed(replicas, run, 1);
    assertFollowed(replicas, "returned", 1, change("pin", "returned").get("selection"));
    JsonNode models = json("models");
    assertThat(models.get("models")).hasSize(EPOCHS + 2);
    assertThat(models.at("/selected/run").asText()).isEqualTo("returned");
  }

  /** A machine that is busy with other things may hold up one or the other. */
  private void assertFollowedWithinASecond() {
    List<Duration> sorted = took.stream().sorted().toList();
    System.out.printf(
        "%d selections followed, in milliseconds: %s%n",
        sorted.size(), sorted.stream().map(Duration::toMillis).toList());
    assertThat(sorted).hasSize(12);
    assertThat(sorted.get(sorted.size() / 2))
        .as(sorted.toString())
        .isLessThan(Duration.ofSeconds(1));
  }

  /** Each replica serves it as selected. */
  private void assertFollowed(List<Replica> replicas, String run, int epoch, JsonNode selection)
      throws Exception {
    for (Replica replica : replicas) {
      took.add(replica.awaitSelection(run, epoch, selection.get("selectedAt").asText()));
    }
  }

  private static void assertServed(List<Replica> replicas, String run, int epoch) throws Exception {
    for (Replica replica : replicas) {
      replica.awaitModel(run, epoch);
    }
  }

  private static void assertEachImageHasOneOutcome(KafkaConnection kafka, int published)
      throws Exception {
    List<String> ids = new ArrayList<>();
    TreeMap<String, Integer> models = new TreeMap<>();
    int rejected = 0;
    while (ids.size() < published) {
      ids.clear();
      models.clear();
      for (ConsumerRecord<String, byte[]> record : read(kafka, Topics.DEFAULT.predictions())) {
        Prediction prediction = EventJson.read(record.value(), Prediction.class);
        ids.add(prediction.id());
        models.merge(prediction.model().run() + "@" + prediction.model().epoch(), 1, Integer::sum);
      }
      rejected = -ids.size();
      read(kafka, Topics.DEFAULT.imagesRejected()).forEach(record -> ids.add(record.key()));
      rejected += ids.size();
    }
    System.out.printf(
        "%d images published; predictions by model: %s; rejected: %d%n",
        published, models, rejected);
    assertThat(ids).hasSize(published).doesNotHaveDuplicates();
    assertThat(published).isGreaterThan(100);
    // all three epochs and the imported ones have answered
    assertThat(models).hasSize(EPOCHS + 2).containsKeys("brought@" + EPOCHS, "returned@1");
  }

  private Rivulet start() throws IOException {
    return Rivulet.start(
        folder.resolve("up.txt"),
        "up",
        "--dataset",
        "shapes",
        "--epochs",
        String.valueOf(EPOCHS),
        "--limit",
        "320",
        "--width",
        "8",
        "--data",
        folder.resolve("data").toString(),
        "--port",
        Rivulet.freePort(),
        "--kafka-port",
        Rivulet.freePort());
  }

  private RunningInstance awaitRunning(Rivulet up) throws Exception {
    DataFolder data = new DataFolder(folder.resolve("data"));
    Optional<RunningInstance> running = RunningInstance.find(data);
    while (running.isEmpty()) {
      assertThat(up.isAlive()).as(up.output()).isTrue();
      Thread.sleep(100);
      running = RunningInstance.find(data);
    }
    return running.get();
  }

  private static String awaitTrained(Rivulet up, List<Replica> replicas) throws Exception {
    while (!up.output().contains(" finished")) {
      assertThat(up.isAlive()).as(up.output()).isTrue();
      Thread.sleep(200);
    }
    String run = up.output().replaceAll("(?s).*run (\\S+) finished.*", "$1");
    assertServed(replicas, run, EPOCHS);
    return run;
  }

  /** A command that waits until the first replica has followed; a busy machine may take longer. */
  private JsonNode change(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--timeout", "120"));
    return json(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--data", folder.resolve("data").toString()));
    Rivulet.Result result = Rivulet.run(folder.resolve("out.txt"), all.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return JSON.readTree(result.output());
  }

  private static List<ConsumerRecord<String, byte[]>> read(KafkaConnection kafka, String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(records::add);
    }
    return records;
  }
}
