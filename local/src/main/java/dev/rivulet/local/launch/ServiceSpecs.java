package dev.rivulet.local.launch;

import dev.rivulet.local.broker.BrokerProcess;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.data.DataFolder;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the broker and the three services are started: memory, environment, engine settings. */
public final class ServiceSpecs {
  /**
   * glibc must not give large tensors back to the kernel at every step: the faults cost 30–60 %.
   */
  private static final Map<String, String> KEEPING_TENSOR_MEMORY =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "4294967296",
          "MALLOC_TRIM_THRESHOLD_", "8589934592");

  /** The most niceness there is: with 10, training was slowed down as with none. */
  private static final int LAST = 19;

  private static final String TRAINER_TOP_PAD_BYTES = String.valueOf(1 << 30);
  private static final String INFERENCE_TOP_PAD_BYTES = String.valueOf(64 << 20);

  private final ProjectBuild build;
  private final DataFolder folder;
  private final LocalPorts ports;

  public ServiceSpecs(ProjectBuild build, DataFolder folder, LocalPorts ports) {
    this.build = build;
    this.folder = folder;
    this.ports = ports;
  }

  public ChildSpec broker() {
    List<String> jvm = new ArrayList<>(jvm(384));
    // it moves bytes; starting quickly is worth more than compiling well
    jvm.add("-XX:TieredStopAtLevel=1");
    // what outlives a request is mostly kept for long (its statistics): as it is promoted soon, and
    // not copied fifteen times, collections stop the broker for a third of the time
    jvm.addAll(List.of("-Xmn48m", "-XX:MaxTenuringThreshold=1"));
    return new ChildSpec(
        "broker",
        jvm,
        build.ownClassPath(),
        BrokerProcess.class.getName(),
        List.of(folder.kafka().toString(), String.valueOf(ports.kafka())),
        Map.of(),
        0);
  }

  public ChildSpec ingest() {
    // it works ahead; whenever the trainer has to wait, for batches too, a processor is free for it
    return service("ingest-service", jvm(700), ports.ingest(), Map.of()).nice(LAST);
  }

  public ChildSpec trainer() {
    Map<String, String> environment = new HashMap<>(KEEPING_TENSOR_MEMORY);
    environment.put("MALLOC_TOP_PAD_", TRAINER_TOP_PAD_BYTES);
    return service("trainer-service", jvm(512), ports.trainer(), environment);
  }

  public ChildSpec inference() {
    Map<String, String> environment = new HashMap<>(KEEPING_TENSOR_MEMORY);
    environment.put("MALLOC_TOP_PAD_", INFERENCE_TOP_PAD_BYTES);
    // memory is kept, so each arena would keep what the largest image of its threads has needed
    environment.put("MALLOC_ARENA_MAX", "2");
    List<String> jvm = new ArrayList<>(jvm(384));
    // and each thread a buffer as large as the largest record that it has sent or received
    jvm.add("-Djdk.nio.maxCachedBufferSize=1048576");
    return service("inference-service", jvm, ports.inference(), environment);
  }

  private static List<String> jvm(int heapMegabytes) {
    return List.of(
        "-Xmx" + heapMegabytes + "m",
        // messages and digits are the same everywhere
        "-Duser.language=en",
        "-Duser.country=US",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        // statistics for jps and jstat, collected twenty times a second; jcmd needs none
        "-XX:-UsePerfData",
        "-Dai.djl.offline=true");
  }

  private ChildSpec service(String name, List<String> jvm, int httpPort, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", ports.bootstrap());
    environment.put("QUARKUS_HTTP_HOST", LoopbackPorts.HOST);
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(httpPort));
    environment.put("RIVULET_DATA_DIR", folder.root().toString());
    environment.put("OPT_OUT_TRACKING", "true");
    environment.put("DJL_CACHE_DIR", folder.engineCache().toString());
    environment.put("ENGINE_CACHE_DIR", folder.engineCache().toString());
    return new ChildSpec(
        name,
        jvm,
        build.ownClasses() + File.pathSeparator + build.service(name),
        ServiceProcess.class.getName(),
        List.of(),
        environment,
        0);
  }
}
