package dev.rivulet.hostile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes damaged checkpoints one by one, while images are classified, and sees each refused. */
final class CheckpointTrial {
  private static final String RELOADS = "rivulet_model_reloads_total";
  private static final long LONGEST_NANOS = 30_000_000_000L;

  private final long seed;
  private final int count;
  private final Outcomes outcomes = new Outcomes();
  private final Outcomes faults = new Outcomes();

  CheckpointTrial(long seed, int count) {
    this.seed = seed;
    this.count = count;
  }

  /** What is wrong; nothing if all is well. */
  List<String> run(Path folder) throws Exception {
    try (ServiceUnderTest service = ServiceUnderTest.start(folder)) {
      service.publishModel(1);
      service.awaitReady();
      long before = service.residentMebibytes();
      Map<String, Long> threads = service.threads();
      long began = System.nanoTime();
      String served = publishAll(service);
      System.out.printf(
          "%n%d damaged checkpoints in %.0f s%n%s%n%s%nresident memory: %d MiB before, %d after%n",
          count,
          (System.nanoTime() - began) / 1e9,
          outcomes.table(),
          served,
          before,
          service.residentMebibytes());
      faults.require(service.sameProcess(), "the process", "was not the same at the end");
      List<String> lost = service.lostThreads(threads);
      faults.require(lost.isEmpty(), "threads that ended", lost);
      faults.require(service.ready(), "readiness", "was denied at the end");
      goesOn(service);
    }
    return faults.faults();
  }

  /** What became of the images meanwhile. */
  private String publishAll(ServiceUnderTest service) throws Exception {
    try (ServedImages images = ServedImages.start(service, ServiceUnderTest.sha256(1));
        KafkaProducer<String, byte[]> producer = service.kafka().producer()) {
      DamagedCheckpoints damaged = new DamagedCheckpoints(seed);
      for (int i = 0; i < count && faults.faults().isEmpty(); i++) {
        publish(service, producer, damaged.get(i));
      }
      return images.finish(faults);
    }
  }

  private void publish(
      ServiceUnderTest service, KafkaProducer<String, byte[]> producer, DamagedCheckpoint damaged)
      throws Exception {
    Map<String, Double> before = refusals(service);
    producer
        .send(
            new ProducerRecord<>(
                ServiceUnderTest.TOPICS.checkpoints(), damaged.key(), damaged.blob()))
        .get();
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (System.nanoTime() < deadline) {
      Map<String, Double> now = refusals(service);
      for (Map.Entry<String, Double> reason : now.entrySet()) {
        if (reason.getValue() > before.getOrDefault(reason.getKey(), 0.0)) {
          outcomes.count(damaged.kind(), reason.getKey());
          return;
        }
      }
      Thread.sleep(5);
    }
    faults.fault("not refused", damaged.kind() + " as " + damaged.key());
  }

  /** By reason, how many were refused so far. */
  private static Map<String, Double> refusals(ServiceUnderTest service)
      throws IOException, InterruptedException {
    Map<String, Double> byReason = new TreeMap<>();
    service
        .get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(RELOADS) && line.contains("outcome=\"refused\""))
        .forEach(
            line ->
                byReason.merge(
                    line.replaceAll(".*reason=\"([^\"]*)\".*", "$1"),
                    Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                    Double::sum));
    return byReason;
  }

  /** A good one must be taken after all that. */
  private void goesOn(ServiceUnderTest service) throws Exception {
    int last = count + 1_000;
    service.publishModel(last);
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!service.get("/model").body().contains(ServiceUnderTest.sha256(last))) {
      if (System.nanoTime() > deadline) {
        faults.fault("the good checkpoint at the end", service.get("/model").body());
        return;
      }
      Thread.sleep(50);
    }
  }
}
