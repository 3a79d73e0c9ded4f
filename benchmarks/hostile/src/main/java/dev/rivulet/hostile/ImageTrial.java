package dev.rivulet.hostile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;

/** Hostile images by topic and by REST, and what they do to the service's memory and threads. */
final class ImageTrial {
  private static final int NORMAL_IMAGES = 2_000;

  private final long seed;
  private final int count;
  private final double mostGrowth;

  /**
   * @param mostGrowth how many times as much memory may be resident afterwards
   */
  ImageTrial(long seed, int count, double mostGrowth) {
    this.seed = seed;
    this.count = count;
    this.mostGrowth = mostGrowth;
  }

  /** What is wrong; nothing if all is well. */
  List<String> run(Path folder) throws Exception {
    HostileImages images = new HostileImages(seed);
    Outcomes byTopic = new Outcomes();
    Outcomes byRest = new Outcomes();
    Outcomes faults = new Outcomes();
    try (ServiceUnderTest service = ServiceUnderTest.start(folder)) {
      service.publishModel(1);
      service.awaitReady();
      serveNormally(service, faults);
      long before = service.residentMebibytes();
      Map<String, Long> threads = service.threads();
      System.out.printf(
          "serving normal images: %d MiB (%s), threads %s%n",
          before, service.javaMemory(), threads);
      long began = System.nanoTime();
      new TopicTrial(service, "h", images::get, count, byTopic).run();
      System.out.printf(
          "%nby topic, %d inputs in %.0f s%n%s", count, seconds(began), byTopic.table());
      long afterTopic = service.residentMebibytes();
      began = System.nanoTime();
      new RestTrial(service, images::get, count, byRest).run();
      System.out.printf(
          "%nby REST, %d inputs in %.0f s%n%s", count, seconds(began), byRest.table());
      long afterRest = service.residentMebibytes();
      System.out.printf(
          "%nresident memory: %d MiB before, %d after the topic's (×%.2f), %d after REST's (×%.2f; %s)%n",
          before,
          afterTopic,
          (double) afterTopic / before,
          afterRest,
          (double) afterRest / before,
          service.javaMemory());
      faults.require(afterTopic <= before * mostGrowth, "memory after the topic's", afterTopic);
      faults.require(afterRest <= before * mostGrowth, "memory after REST's", afterRest);
      faults.require(service.sameProcess(), "the process", "was not the same at the end");
      List<String> lost = service.lostThreads(threads);
      faults.require(lost.isEmpty(), "threads that ended", lost);
      faults.require(service.ready(), "readiness", "was denied at the end");
    }
    byTopic.faults().forEach(fault -> faults.fault("topic: " + fault, ""));
    byRest.faults().forEach(fault -> faults.fault("REST: " + fault, ""));
    return faults.faults();
  }

  /** What a service has seen that serves people: photos of all usual sizes, over both ways. */
  private void serveNormally(ServiceUnderTest service, Outcomes faults) throws Exception {
    HostileInput[] some = NormalImages.some(new Random(seed));
    IntFunction<HostileInput> normal = number -> some[number % some.length];
    Outcomes outcomes = new Outcomes();
    int few = Math.min(NORMAL_IMAGES, Math.max(2 * some.length, count));
    new TopicTrial(service, "n", normal, few, outcomes).run();
    Outcomes byRest = new Outcomes();
    new RestTrial(service, normal, few, byRest).run();
    outcomes.faults().forEach(fault -> faults.fault("normal: " + fault, ""));
    byRest.faults().forEach(fault -> faults.fault("normal: " + fault, ""));
  }

  private static double seconds(long beganNanos) {
    return (System.nanoTime() - beganNanos) / 1e9;
  }
}
