package dev.rivulet.performance;

import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.performance.measure.Python;
import dev.rivulet.performance.measure.TrialFailedException;
import dev.rivulet.performance.report.ResultFolder;
import dev.rivulet.performance.report.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of all benchmarks: {@code benchmarks/run}. */
@Command(
    name = "benchmarks/run",
    usageHelpWidth = 110,
    sortOptions = false,
    description = "Measures Rivulet beside its peers, in turns on this machine; prints a table.",
    footerHeading = "%nBenchmarks:%n")
public final class Performance implements Callable<Integer> {
  private static final List<Benchmark> BENCHMARKS =
      List.of(
          new CeilingBenchmark(),
          new TrainingBenchmark(),
          new EpochBenchmark(),
          new IngestBenchmark(),
          new InferenceBenchmark(),
          new LatencyBenchmark(),
          new ScalingBenchmark(),
          new StartupBenchmark(),
          new JmhBenchmark(),
          new GpuBenchmark());

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "which benchmarks; all but gpu by default")
  private List<String> names = List.of();

  @Option(names = "--quick", description = "only to see that all runs: the numbers mean little")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "instead of each benchmark's 3 or 5")
  private Integer rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "of every program that computes; as many as processors by default")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "with torch and tensorflow-cpu, for those peers; $PYTHON or python3 by default")
  private String python = System.getenv().getOrDefault("PYTHON", "python3");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "for results.md, results.json and plots; target/benchmarks/TIME by default")
  private Path out;

  @Option(names = "--help", usageHelp = true, description = "show this and exit")
  private boolean help;

  private Performance() {}

  public static void main(String[] args) {
    // Kafka's clients tell of brokers that come and go here
    LogManager.getLogManager().reset();
    CommandLine line = new CommandLine(new Performance());
    line.getCommandSpec()
        .usageMessage()
        .footer(
            BENCHMARKS.stream()
                .map(each -> "  %-10s %s".formatted(each.name(), each.description()))
                .toArray(String[]::new));
    line.setExecutionExceptionHandler(Performance::failed);
    System.exit(line.execute(args));
  }

  /** A project that is not built is no defect; a defect shows where it is. */
  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof CommandFailedException) {
      line.getErr().println("benchmarks/run: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }

  @Override
  public Integer call() throws Exception {
    List<Benchmark> chosen = chosen();
    Settings settings = settings();
    ResultFolder results = new ResultFolder(settings.out(), quick);
    Bench bench = new Bench(settings, WorkFolder.create(), System.err);
    int exitCode = CommandLine.ExitCode.OK;
    for (Benchmark benchmark : chosen) {
      System.err.println(benchmark.name() + ": " + benchmark.description());
      try {
        results.add(benchmark.run(bench).with(bench.takeRemarks()));
      } catch (TrialFailedException e) {
        // the others are worth their time all the same
        System.err.println(
            "benchmarks/run: %s failed: %s".formatted(benchmark.name(), e.getMessage()));
        results.add(failed(benchmark, e).with(bench.takeRemarks()));
        exitCode = CommandLine.ExitCode.SOFTWARE;
      }
    }
    System.out.print(results.markdown());
    System.err.println("written: " + settings.out());
    return exitCode;
  }

  private static Section failed(Benchmark benchmark, TrialFailedException e) {
    return new Section(
        benchmark.name(),
        benchmark.description(),
        List.of(),
        List.of("failed: " + e.getMessage()),
        List.of());
  }

  private List<Benchmark> chosen() {
    List<Benchmark> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          BENCHMARKS.stream()
              .filter(benchmark -> benchmark.name().equals(name))
              .findFirst()
              .orElseThrow(() -> wrong("there is no benchmark '%s'; choose of %s", name, known())));
    }
    return chosen.isEmpty()
        ? BENCHMARKS.stream().filter(Benchmark::needsNothingSpecial).toList()
        : chosen;
  }

  private static String known() {
    return BENCHMARKS.stream().map(Benchmark::name).collect(Collectors.joining(", "));
  }

  private Settings settings() {
    if (threads < 1 || rounds != null && rounds < 1) {
      throw wrong("--threads and --rounds must be at least 1");
    }
    Path home = ProjectBuild.current().root();
    Path folder =
        out == null
            ? home.resolve("target/benchmarks").resolve(TIME.format(LocalDateTime.now()))
            : out.toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw wrong("--out: %s cannot be made (%s); choose another folder", folder, e);
    }
    return new Settings(
        home,
        folder,
        new Python(python),
        quick ? Settings.Size.QUICK : Settings.Size.FULL,
        rounds == null ? OptionalInt.empty() : OptionalInt.of(rounds),
        threads);
  }

  private ParameterException wrong(String format, Object... arguments) {
    return new ParameterException(spec.commandLine(), format.formatted(arguments));
  }
}
