package dev.rivulet.chaos;

import dev.rivulet.events.run.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the chaos harness: {@code benchmarks/chaos/run training}. */
@Command(
    name = "benchmarks/chaos/run",
    mixinStandardHelpOptions = true,
    description =
        "Kills the processes of a real pipeline at random moments and counts what is lost: nothing may be.",
    subcommands = {CommandLine.HelpCommand.class})
public final class Chaos {
  private static final int WRONG = 1;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "where brokers and services write; a temporary folder by default")
  private Path folder;

  private Chaos() {}

  public static void main(String[] args) {
    // its Kafka clients complain of every broker that it kills
    LogManager.getLogManager().reset();
    System.exit(new CommandLine(new Chaos()).execute(args));
  }

  @Command(
      name = "training",
      description =
          "Trains a run of shapes undisturbed, then once per seed while trainer, ingest and broker are killed.")
  int training(
      @Option(names = "--seeds", split = ",", defaultValue = "1,2,3") List<Long> seeds,
      @Option(names = "--trainer-kills", defaultValue = "10") int trainerKills,
      @Option(names = "--ingest-kills", defaultValue = "10") int ingestKills,
      @Option(names = "--broker-kills", defaultValue = "3") int brokerKills,
      @Option(
              names = "--standby",
              description = "a second trainer and a second ingest wait, and are killed as often")
          boolean standby,
      @Option(names = "--epochs", defaultValue = "6") int epochs,
      @Option(names = "--limit", defaultValue = "2048") int limit,
      @Option(names = "--width", defaultValue = "16") int width)
      throws Exception {
    Map<String, Integer> kills = new TreeMap<>();
    kills.put(Pipeline.TRAINER, trainerKills);
    kills.put(Pipeline.INGEST, ingestKills);
    kills.put(Pipeline.BROKER, brokerKills);
    if (standby) {
      kills.put(Pipeline.TRAINER + "-2", trainerKills);
      kills.put(Pipeline.INGEST + "-2", ingestKills);
    }
    Report report =
        new Report(
            System.out,
            System.err,
            "seed",
            "kills",
            "at once",
            "took",
            "weights",
            "epochs",
            "batches",
            "ended by themselves");
    TrainingPlan plan =
        new TrainingPlan("shapes", epochs, 32, true, width, "original", 42, limit, "cpu", "fp32");
    TrainingScenario scenario = new TrainingScenario(folder(), plan, report);
    TrainedRun calm = scenario.calm();
    for (long seed : seeds) {
      scenario.stormy(String.valueOf(seed), Storm.of(seed, kills), calm);
    }
    return end(report);
  }

  private static int end(Report report) {
    report.print();
    return report.wrong().isEmpty() ? 0 : WRONG;
  }

  private Path folder() throws IOException {
    return folder == null ? Files.createTempDirectory("rivulet-chaos") : folder.toAbsolutePath();
  }
}
