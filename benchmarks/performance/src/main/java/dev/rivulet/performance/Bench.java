package dev.rivulet.performance;

import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.launch.ChildSpec;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.local.launch.ServiceSpecs;
import dev.rivulet.performance.measure.Child;
import dev.rivulet.performance.measure.Contender;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.Rounds;
import dev.rivulet.performance.pipeline.Stage;
import dev.rivulet.performance.probe.Probe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What benchmarks measure with: programs to start, rounds, and how much of everything. */
final class Bench {
  /** Compilers of graphs take minutes before the first step. */
  static final Duration PATIENCE = Duration.ofMinutes(20);

  private final Settings settings;
  private final Path work;
  private final PrintStream progress;
  private final List<String> remarks = new ArrayList<>();
  private final ChildSpec trainer;

  /**
   * @param work a folder for whatever is gone afterwards
   */
  Bench(Settings settings, Path work, PrintStream progress) {
    this.settings = settings;
    this.work = work;
    this.progress = progress;
    trainer =
        new ServiceSpecs(
                new ProjectBuild(settings.home()), new DataFolder(work), LocalPorts.anyFree())
            .trainer();
  }

  /** This if results are wanted, that if it only has to run. */
  int count(int full, int quick) {
    return settings.size() == Settings.Size.FULL ? full : quick;
  }

  int threads() {
    return settings.threads();
  }

  /** Measures in turns, so many times each unless the command line says otherwise. */
  Map<String, List<Measured>> rounds(List<Contender> contenders, int usual) throws Exception {
    return new Rounds(this::progress, this::remark)
        .interleaved(contenders, settings.rounds().orElse(count(usual, 1)));
  }

  /** A program of this module, in a JVM like the trainer's. */
  Child probe(String name, Object... arguments) {
    return java(trainer.jvm(), Probe.class.getName(), prepend(name, arguments));
  }

  /**
   * A Java program with all of this module's libraries, and glibc's malloc as the trainer has it.
   */
  Child java(List<String> jvm, String mainClass, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Map<String, String> environment = new HashMap<>(malloc());
    environment.putAll(engineCache());
    environment.put("OPT_OUT_TRACKING", "true");
    return new Child(command, environment);
  }

  /** {@link #python} as a contender that is started anew in each round. */
  Optional<Contender> pythonContender(
      String name, String script, String module, String distribution, Object... arguments)
      throws InterruptedException {
    return python(name, script, module, distribution, arguments)
        .map(child -> Contender.peer(name, () -> child.measure(PATIENCE)));
  }

  /**
   * A peer written in Python, if it can be used; if not, a remark says how to install it.
   *
   * @param script in the folder {@code peers}
   * @param module that it imports
   * @param distribution by which that is installed
   */
  Optional<Child> python(
      String name, String script, String module, String distribution, Object... arguments)
      throws InterruptedException {
    Optional<String> missing = settings.python().missing(module, distribution);
    if (missing.isPresent()) {
      remark(name + " is skipped: " + missing.get());
      return Optional.empty();
    }
    List<String> all = new ArrayList<>();
    all.add(settings.home().resolve("benchmarks/performance/peers").resolve(script).toString());
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    return Optional.of(settings.python().script(all.toArray(String[]::new)).with(malloc()));
  }

  /** Real processes; their engine is unpacked once for all of them. */
  Stage stage(Map<String, String> environment) throws IOException {
    Map<String, String> all = new HashMap<>(engineCache());
    all.putAll(environment);
    return Stage.open(work, all);
  }

  /** Real processes that know nothing of earlier ones. */
  Stage freshStage(Map<String, String> environment) throws IOException {
    return Stage.open(work, environment);
  }

  /** Something for whoever waits. */
  void progress(String line) {
    progress.println("  " + line);
  }

  /** Something that belongs to the results. */
  void remark(String line) {
    if (!remarks.contains(line)) {
      progress(line);
      remarks.add(line);
    }
  }

  /** The remarks since the last call. */
  List<String> takeRemarks() {
    List<String> taken = List.copyOf(remarks);
    remarks.clear();
    return taken;
  }

  /** Memory settings are not what is compared: all get the same. */
  private Map<String, String> malloc() {
    return trainer.environment().entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("MALLOC_"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<String, String> engineCache() {
    String folder = work.resolve("engine").toString();
    return Map.of("DJL_CACHE_DIR", folder, "ENGINE_CACHE_DIR", folder);
  }

  private static Object[] prepend(String first, Object[] others) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(others));
    return all.toArray();
  }
}
