package dev.rivulet.hostile;

import dev.rivulet.local.broker.ServerLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends hostile input to a service of its own and says what came of it. */
@Command(
    name = "benchmarks/hostile/run",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "images|checkpoints",
    description = "Sends a service what nobody should send; exit code 1 if anything went wrong.")
public final class Main {
  private static final double MOST_GROWTH = 1.2;
  private static final String SAME = "The same seed, the same inputs.";
  private static final String INPUTS = "How many; ${DEFAULT-VALUE}.";

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Command(description = "Hostile images, by topic and by REST.", mixinStandardHelpOptions = true)
  int images(
      @Option(names = "--seed", defaultValue = "1", description = SAME) long seed,
      @Option(names = "--count", defaultValue = "10000", description = INPUTS) int count)
      throws Exception {
    return report(new ImageTrial(seed, count, MOST_GROWTH)::run);
  }

  @Command(
      description = "Damaged checkpoints, while images are classified.",
      mixinStandardHelpOptions = true)
  int checkpoints(
      @Option(names = "--seed", defaultValue = "1", description = SAME) long seed,
      @Option(names = "--count", defaultValue = "2000", description = INPUTS) int count)
      throws Exception {
    return report(new CheckpointTrial(seed, count)::run);
  }

  private interface Trial {
    List<String> run(Path folder) throws Exception;
  }

  private static int report(Trial trial) throws Exception {
    ServerLogging.quiet();
    Path folder = Files.createTempDirectory("rivulet-hostile");
    List<String> faults = trial.run(folder);
    System.out.printf("%n%s%n", faults.isEmpty() ? "all is well" : "WRONG:");
    faults.forEach(System.out::println);
    if (!faults.isEmpty()) {
      System.out.println("the service's log: " + folder.resolve("logs/inference-service.log"));
      return 1;
    }
    delete(folder);
    return 0;
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
