package dev.rivulet.hostile;

import dev.rivulet.local.broker.ServerLogging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends hostile images to a service of its own and says what came of them. */
@Command(
    name = "benchmarks/hostile/run",
    mixinStandardHelpOptions = true,
    description = "Sends hostile images by topic and by REST; exit code 1 if anything went wrong.")
public final class Main implements Callable<Integer> {
  @Option(names = "--seed", defaultValue = "1", description = "The same seed, the same inputs.")
  private long seed;

  @Option(names = "--count", defaultValue = "10000", description = "Inputs; ${DEFAULT-VALUE}.")
  private int count;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ServerLogging.quiet();
    Path folder = Files.createTempDirectory("rivulet-hostile");
    List<String> faults = new ImageTrial(seed, count).run(folder);
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
