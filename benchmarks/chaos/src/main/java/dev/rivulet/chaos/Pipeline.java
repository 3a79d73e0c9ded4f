package dev.rivulet.chaos;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.launch.ChildProcess;
import dev.rivulet.local.launch.ChildSpec;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.local.launch.ServiceSpecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The broker and the services as real processes, which may be killed and started again; a second
 * one of a service is called {@code trainer-2}.
 */
public final class Pipeline implements AutoCloseable {
  public static final String BROKER = "broker";
  public static final String INGEST = "ingest";
  public static final String TRAINER = "trainer";
  public static final String INFERENCE = "inference";

  private static final Duration ENDING = Duration.ofSeconds(20);

  private final ProjectBuild build = ProjectBuild.current();
  private final DataFolder folder;
  private final Map<String, String> environment;
  private final int kafkaPort = LoopbackPorts.anyFree();
  private final Map<String, LocalPorts> ports = new LinkedHashMap<>();
  private final Map<String, ChildProcess> processes = new LinkedHashMap<>();

  /**
   * @param environment of the services, {@code RIVULET_…}
   */
  public Pipeline(Path folder, Map<String, String> environment) {
    this.folder = new DataFolder(folder);
    this.environment = Map.copyOf(environment);
  }

  /** Starts the broker and creates all topics, so that observers see the first record. */
  public void startBroker() throws InterruptedException {
    folder.prepare();
    start(BROKER);
    TopicCreation.ensureWhenKafkaAnswers(
        kafka(),
        Topics.DEFAULT.specs(),
        () -> !processes.get(BROKER).isAlive(),
        line -> {
          // the broker is still starting
        });
  }

  /** Starts it, for the first time or again; its log goes on. */
  public void start(String name) {
    ChildProcess process = processes.get(name);
    if (process == null) {
      processes.put(name, ChildProcess.start(spec(name), folder.logs()));
    } else {
      process.restart();
    }
  }

  /** As {@code kill -9} does. */
  void kill(String name) throws InterruptedException {
    processes.get(name).kill();
  }

  /** Whether it runs; a service ends by itself if a part of it dies, and is then started again. */
  public boolean runs(String name) {
    return processes.get(name).isAlive();
  }

  public long pid(String name) {
    return processes.get(name).identity().pid();
  }

  public List<String> names() {
    return List.copyOf(processes.keySet());
  }

  public Path log(String name) {
    return processes.get(name).log();
  }

  DataFolder folder() {
    return folder;
  }

  public KafkaConnection kafka() {
    return KafkaConnection.to(LoopbackPorts.HOST + ":" + kafkaPort);
  }

  /** Where the service answers over HTTP. */
  public String url(String name) {
    LocalPorts own = ports.get(name);
    return switch (role(name)) {
      case INGEST -> own.ingestUrl();
      case TRAINER -> own.trainerUrl();
      case INFERENCE -> own.inferenceUrl();
      default -> throw new IllegalArgumentException(name + " has no HTTP port");
    };
  }

  private ChildSpec spec(String name) {
    LocalPorts any = LocalPorts.anyFree();
    LocalPorts own = new LocalPorts(kafkaPort, any.inference(), any.trainer(), any.ingest());
    ports.put(name, own);
    ServiceSpecs specs = new ServiceSpecs(build, folder, own);
    return switch (role(name)) {
      case BROKER -> specs.broker();
      case INGEST -> specs.ingest().as(name, environment);
      case TRAINER -> specs.trainer().as(name, environment);
      case INFERENCE -> specs.inference().as(name, environment);
      default -> throw new IllegalArgumentException("there is no process " + name);
    };
  }

  static String role(String name) {
    return name.replaceFirst("-\\d+$", "");
  }

  /** Ends the services, then the broker. */
  @Override
  public void close() throws InterruptedException {
    List<ChildProcess> reversed = new ArrayList<>(processes.values());
    Collections.reverse(reversed);
    for (ChildProcess process : reversed) {
      if (process.isAlive()) {
        process.requestStop();
        process.awaitEnd(ENDING);
      }
    }
    processes.clear();
  }
}
