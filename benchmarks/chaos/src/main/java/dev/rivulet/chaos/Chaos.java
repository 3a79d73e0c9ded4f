package dev.rivulet.chaos;

import dev.rivulet.events.run.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  /** How large a run is. */
  static final class Size {
    @Option(names = "--epochs", defaultValue = "6", description = "of the run")
    int epochs;

    @Option(names = "--limit", defaultValue = "2048", description = "training images per epoch")
    int limit;

    @Option(
        names = "--width",
        defaultValue = "16",
        description = "the network's channels after its stem")
    int width;
  }

  public static void main(String[] args) {
    // its Kafka clients complain of every broker that it kills
    LogManager.getLogManager().reset();
    System.exit(new CommandLine(new Chaos()).execute(args));
  }

  @Command(
      name = "training",
      mixinStandardHelpOptions = true,
      showDefaultValues = true,
      description =
          "Trains a run of shapes undisturbed, then once per seed while trainer, ingest and broker are killed.")
  int training(
      @Option(
              names = "--seeds",
              split = ",",
              defaultValue = "1,2,3",
              description = "of the random kills; one storm for each")
          List<Long> seeds,
      @Option(
              names = "--trainer-kills",
              defaultValue = "10",
              description = "of the trainer, per storm")
          int trainerKills,
      @Option(names = "--ingest-kills", defaultValue = "10", description = "of ingest, per storm")
          int ingestKills,
      @Option(
              names = "--broker-kills",
              defaultValue = "3",
              description = "of the broker, per storm")
          int brokerKills,
      @Option(
              names = "--standby",
              description = "a second trainer and a second ingest wait, and are killed as often")
          boolean standby,
      @Mixin Size size)
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
        report(
            "seed",
            "kills",
            "at once",
            "took",
            "weights",
            "epochs",
            "batches",
            "ended by themselves");
    TrainingScenario scenario =
        new TrainingScenario(folder(), plan(size.epochs, size.limit, size.width), report);
    TrainedRun calm = scenario.calm(TrainingScenario.SETTINGS);
    for (long seed : seeds) {
      scenario.stormy(String.valueOf(seed), Storm.of(seed, kills), calm);
    }
    return end(report);
  }

  @Command(
      name = "images",
      mixinStandardHelpOptions = true,
      showDefaultValues = true,
      description =
          "Publishes images, 5 %% of them broken, and a checkpoint every two seconds, while two replicas of inference are killed.")
  int images(
      @Option(
              names = "--seeds",
              split = ",",
              defaultValue = "1",
              description = "of the random kills; one storm for each")
          List<Long> seeds,
      @Option(names = "--images", defaultValue = "20000", description = "how many") int images,
      @Option(names = "--per-second", defaultValue = "150", description = "how many of them")
          int perSecond,
      @Option(names = "--kills", defaultValue = "10", description = "of the first replica")
          int kills,
      @Option(
              names = "--kills-of-second",
              defaultValue = "1",
              description = "of the second replica")
          int killsOfSecond)
      throws Exception {
    Report report =
        report(
            "seed",
            "kills",
            "took",
            "images",
            "outcomes",
            "rejected",
            "checkpoints",
            "models that answered");
    ImagesScenario scenario = new ImagesScenario(folder(), report);
    for (long seed : seeds) {
      scenario.run(seed, images, perSecond, kills, killsOfSecond);
    }
    return end(report);
  }

  @Command(
      name = "outage",
      mixinStandardHelpOptions = true,
      showDefaultValues = true,
      description = "Takes the broker away while services train and classify, and gives it back.")
  int outage(
      @Option(names = "--seconds", defaultValue = "60", description = "how long") int seconds,
      @Mixin Size size)
      throws Exception {
    Report report =
        report(
            "away",
            "not ready after (s)",
            "ready again after (s)",
            "weights",
            "images",
            "outcomes before + after",
            "ended by themselves");
    TrainingPlan plan = plan(size.epochs, size.limit, size.width);
    TrainedRun calm = new TrainingScenario(folder(), plan, report).calm(TrainingScenario.SETTINGS);
    new OutageScenario(folder(), plan, report)
        .run(calm, Duration.ofSeconds(seconds), TrainingScenario.SETTINGS);
    return end(report);
  }

  @Command(
      name = "disk",
      mixinStandardHelpOptions = true,
      showDefaultValues = true,
      description =
          "Slows the trainer down while ingest is free, watches the log's size, kills everything, and lets the run finish.")
  int disk(
      @Option(names = "--minutes", defaultValue = "10", description = "how long") int minutes,
      @Option(
              names = "--images-per-second",
              defaultValue = "5",
              description = "the slowed trainer's pace")
          double imagesPerSecond,
      @Option(names = "--epochs", defaultValue = "8", description = "of the run") int epochs,
      @Option(names = "--limit", defaultValue = "8192", description = "training images per epoch")
          int limit,
      @Option(
              names = "--width",
              defaultValue = "16",
              description = "the network's channels after its stem")
          int width)
      throws Exception {
    Report report =
        report("slow for", "images/s", "most in the log", "bound", "whole run", "weights");
    TrainingPlan plan = plan(epochs, limit, width);
    TrainedRun calm = new TrainingScenario(folder(), plan, report).calm(Map.of());
    new DiskScenario(folder(), plan, report)
        .run(calm, Duration.ofMinutes(minutes), imagesPerSecond);
    return end(report);
  }

  @Command(
      name = "soak",
      mixinStandardHelpOptions = true,
      showDefaultValues = true,
      description =
          "Trains, reloads and classifies for a long time, and looks whether anything grows.")
  int soak(
      @Option(names = "--minutes", defaultValue = "30", description = "how long") int minutes,
      @Option(
              names = "--limit",
              defaultValue = "640",
              description = "images per epoch: a checkpoint comes after each")
          int limit,
      @Option(
              names = "--width",
              defaultValue = "16",
              description = "the network's channels after its stem")
          int width)
      throws Exception {
    Report report =
        report(
            "process",
            "MB first",
            "MB last",
            "MB/min",
            "outside heap",
            "live heap MB",
            "files",
            "threads",
            "NDArrays",
            "NDManagers");
    new SoakScenario(folder(), plan(TrainingPlan.MAX_EPOCHS, limit, width), report)
        .run(Duration.ofMinutes(minutes));
    return end(report);
  }

  /** With dropout, so that every step depends on its number and the seed. */
  private static TrainingPlan plan(int epochs, int limit, int width) {
    return new TrainingPlan(
        "shapes",
        epochs,
        32,
        true,
        width,
        "original",
        42,
        limit,
        "cpu",
        "fp32",
        List.of(),
        Map.of("dropout", 0.5));
  }

  private static Report report(String... head) {
    return new Report(System.out, System.err, head);
  }

  private static int end(Report report) {
    report.print();
    return report.wrong().isEmpty() ? 0 : WRONG;
  }

  private Path folder() throws IOException {
    if (folder == null) {
      folder = Files.createTempDirectory("rivulet-chaos");
    }
    return folder.toAbsolutePath();
  }
}
