package dev.rivulet.hostile;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.launch.LocalCluster;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.network.InitialWeights;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The broker and the inference service as {@code ./rivulet up} starts them, with one model. */
final class ServiceUnderTest implements AutoCloseable {
  static final Topics TOPICS = Topics.DEFAULT;
  static final String RUN = "hostile";
  private static final long LONGEST_MILLIS = 120_000;

  private final LocalCluster cluster;
  private final HttpClient http = HttpClient.newHttpClient();
  private final long pid;

  private ServiceUnderTest(LocalCluster cluster) {
    this.cluster = cluster;
    pid = cluster.identities().get(1).pid();
  }

  static ServiceUnderTest start(Path folder) throws IOException, InterruptedException {
    DataFolder data = new DataFolder(folder);
    data.prepare();
    LocalCluster cluster =
        LocalCluster.startBroker(
            ProjectBuild.current(), data, LocalPorts.anyFree(), System.err::println);
    try (Admin admin = cluster.kafka().admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(
                  TOPICS.checkpointsSpec(),
                  TOPICS.imagesSpec(),
                  TOPICS.predictionsSpec(),
                  TOPICS.imagesRejectedSpec()));
    }
    cluster.startInference();
    return new ServiceUnderTest(cluster);
  }

  KafkaConnection kafka() {
    return cluster.kafka();
  }

  void publishModel(int epoch) throws Exception {
    try (KafkaProducer<String, byte[]> producer = kafka().producer()) {
      producer
          .send(new ProducerRecord<>(TOPICS.checkpoints(), RUN + "/" + epoch, checkpoint(epoch)))
          .get();
    }
  }

  /** A checkpoint with weights of its own for each epoch. */
  static byte[] checkpoint(int epoch) {
    return checkpoint(epoch, weights(epoch));
  }

  /** The checksum of an epoch's weights. */
  static String sha256(int epoch) {
    return weights(epoch).sha256();
  }

  /** A checkpoint with changed weights, and the checksums of those. */
  static byte[] withWeights(int epoch, Consumer<float[]> change) {
    Weights weights = weights(epoch);
    change.accept(weights.values());
    return checkpoint(epoch, weights);
  }

  private static Weights weights(int epoch) {
    NetworkConfig config = NetworkConfig.of(8, 10);
    return new Weights(config, InitialWeights.glorotUniform(config, epoch));
  }

  private static byte[] checkpoint(int epoch, Weights weights) {
    List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    ModelDescription description =
        new ModelDescription(
            RUN, epoch, epoch, "none", classes, 1, 0.5, weights.sha256(), Instant.EPOCH);
    return weights.toSafeTensors(description.toMetadata()).toBytes();
  }

  /** Waits until images can be classified. */
  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + LONGEST_MILLIS;
    while (!ready()) {
      if (System.currentTimeMillis() > deadline) {
        throw new IllegalStateException("not ready: " + get("/q/health").body());
      }
      Thread.sleep(100);
    }
  }

  boolean ready() throws InterruptedException {
    try {
      return get("/q/health").statusCode() == 200;
    } catch (IOException e) {
      // not listening yet, or no more: the caller asks again or reports it
      return false;
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  URI uri(String path) {
    return URI.create(cluster.ports().inferenceUrl() + path);
  }

  /** Whether it is the process that was started. */
  boolean sameProcess() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** The sum of a meter's values whose lines contain a text. */
  double metric(String name, String label) throws IOException, InterruptedException {
    return get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** How much of it Java has taken for its heap and for the rest, in words. */
  String javaMemory() throws IOException, InterruptedException {
    return "Java's heap %.0f MiB, its other memory %.0f MiB"
        .formatted(
            metric("jvm_memory_committed_bytes", "area=\"heap\"") / (1 << 20),
            metric("jvm_memory_committed_bytes", "area=\"nonheap\"") / (1 << 20));
  }

  /** Resident memory in MiB, by the kernel. */
  long residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }

  /** The service's own threads by name, as the kernel knows them: 15 letters. */
  Map<String, Long> threads() throws IOException {
    try (var tasks = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      return tasks
          .map(ServiceUnderTest::name)
          .filter(name -> name.matches("forward-\\d+|decode-\\d+|checkpoints|image-events"))
          .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }
  }

  /** Names of which there are fewer threads than before. */
  List<String> lostThreads(Map<String, Long> before) throws IOException {
    Map<String, Long> now = threads();
    return before.keySet().stream()
        .filter(name -> now.getOrDefault(name, 0L) < before.get(name))
        .toList();
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      // it has ended since it was listed
      return "";
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
