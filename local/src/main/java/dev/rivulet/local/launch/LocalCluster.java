package dev.rivulet.local.launch;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/** The broker and the services as processes of this machine; whoever uses it watches over them. */
public final class LocalCluster implements AutoCloseable {

  /** For a machine that is very busy; a broker that ends is noticed at once. */
  private static final Duration BROKER_START = Duration.ofMinutes(3);

  private static final Duration BROKER_ANSWER = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration SERVICE_END = Duration.ofSeconds(20);
  private static final Duration BROKER_END = Duration.ofSeconds(15);

  private final DataFolder folder;
  private final LocalPorts ports;
  private final ServiceSpecs specs;
  private final Consumer<String> notices;
  private final Supervision supervision;
  private final List<ChildProcess> children = new ArrayList<>();

  private LocalCluster(
      DataFolder folder, LocalPorts ports, ServiceSpecs specs, Consumer<String> notices) {
    this.folder = folder;
    this.ports = ports;
    this.specs = specs;
    this.notices = notices;
    this.supervision = new Supervision(Clock.systemUTC(), notices);
  }

  /**
   * Starts the broker and waits until it answers. Nothing of an earlier owner of the folder may run
   * any more: {@link Orphans#await}.
   *
   * @param notices is told what a user should know
   * @throws CommandFailedException if it does not start
   */
  public static LocalCluster startBroker(
      ProjectBuild build, DataFolder folder, LocalPorts ports, Consumer<String> notices)
      throws InterruptedException {
    return startBroker(build, folder, ports, notices, () -> false);
  }

  /**
   * The same, but returns before the broker answers if it is no longer wanted.
   *
   * @param unwanted is asked again and again
   */
  public static LocalCluster startBroker(
      ProjectBuild build,
      DataFolder folder,
      LocalPorts ports,
      Consumer<String> notices,
      BooleanSupplier unwanted)
      throws InterruptedException {
    ServiceSpecs specs = new ServiceSpecs(build, folder, ports);
    LocalCluster cluster = new LocalCluster(folder, ports, specs, notices);
    try {
      cluster.children.add(ChildProcess.start(specs.broker(), folder.logs()));
      cluster.awaitBroker(unwanted);
      return cluster;
    } catch (RuntimeException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  /** Creates the topics that commands read and write themselves. */
  public void createTopics(Topics topics) throws InterruptedException {
    try (Admin admin = kafka().admin()) {
      new TopicCreation(admin)
          .ensure(List.of(topics.trainingRunsSpec(), topics.trainingMetricsSpec()));
    }
  }

  /** Starts the three services; they become ready on their own. */
  public void startServices() {
    // the trainer loads its engine while ingest reads the data set
    for (ChildSpec spec : List.of(specs.trainer(), specs.ingest(), specs.inference())) {
      children.add(ChildProcess.start(spec, folder.logs()));
    }
  }

  /** Starts the inference service alone; it becomes ready on its own. */
  public void startInference() {
    children.add(ChildProcess.start(specs.inference(), folder.logs()));
  }

  private void awaitBroker(BooleanSupplier unwanted) throws InterruptedException {
    long deadline = System.nanoTime() + BROKER_START.toNanos();
    while (!unwanted.getAsBoolean() && !LoopbackPorts.answers(ports.kafka())) {
      requireStarting(deadline);
      Thread.sleep(PAUSE.toMillis());
    }
    try (Admin admin = kafka().admin()) {
      while (!unwanted.getAsBoolean() && !answers(admin)) {
        requireStarting(deadline);
      }
    }
  }

  private void requireStarting(long deadline) {
    ChildProcess broker = children.get(0);
    if (!broker.isAlive() || System.nanoTime() > deadline) {
      throw new CommandFailedException(
          "the broker did not start; its log %s ends with%n%s"
              .formatted(broker.log(), broker.lastLines()));
    }
  }

  private static boolean answers(Admin admin) throws InterruptedException {
    try {
      return !admin
          .describeCluster()
          .nodes()
          .get(BROKER_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
          .isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      // not yet; the caller knows when to give up
      return false;
    }
  }

  public KafkaConnection kafka() {
    return KafkaConnection.to(ports.bootstrap());
  }

  public LocalPorts ports() {
    return ports;
  }

  /** The processes as they are now. */
  public List<RunningInstance.Child> identities() {
    return children.stream().map(ChildProcess::identity).toList();
  }

  /**
   * Starts again what ended by itself.
   *
   * @return whether anything was
   * @throws CommandFailedException if something keeps ending
   */
  public boolean check() {
    boolean restarted = false;
    for (ChildProcess child : children) {
      restarted |= supervision.check(child);
    }
    return restarted;
  }

  /** Stops the services, then the broker; by force what does not end in time. */
  @Override
  public void close() {
    if (children.isEmpty()) {
      return;
    }
    List<ChildProcess> services = new ArrayList<>(children.subList(1, children.size()));
    Collections.reverse(services);
    try {
      services.forEach(ChildProcess::requestStop);
      long deadline = System.nanoTime() + SERVICE_END.toNanos();
      for (ChildProcess service : services) {
        awaitEnd(service, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
      ChildProcess broker = children.get(0);
      broker.requestStop();
      awaitEnd(broker, BROKER_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.clear();
  }

  private void awaitEnd(ChildProcess child, Duration patience) throws InterruptedException {
    if (!child.awaitEnd(patience)) {
      notices.accept(
          "%s did not end in time and was ended by force (log: %s)"
              .formatted(child.name(), child.log()));
    }
  }
}
