package dev.rivulet.local.command;

import dev.rivulet.events.Topics;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.local.launch.StopSignal;
import dev.rivulet.local.progress.Terminal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: what all commands have in common. */
@Command(
    name = "rivulet",
    version = "Rivulet 0.1.0",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    description =
        "Trains a small convolutional network from a Kafka stream and serves it from the same stream.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet up                                 train CIFAR-10 and serve it",
      "  ./rivulet train --epochs 3 --width 16        train, print the epochs",
      "  ./rivulet classify cat.png photos/           classify images",
      "  ./rivulet models                             what can be served",
      "  ./rivulet pin 20260131-174502-9f3c@7         serve that one",
      "  ./rivulet train --bootstrap kafka:9092       in an existing cluster",
    },
    subcommands = {
      UpCommand.class,
      TrainCommand.class,
      ClassifyCommand.class,
      ReplayCommand.class,
      RunsCommand.class,
      StopCommand.class,
      ModelsCommand.class,
      PinCommand.class,
      UnpinCommand.class,
      RollbackCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      SummaryCommand.class,
      CompletionCommand.class
    })
public final class RivuletCommand implements Runnable {
  private static final String DATA_VARIABLE = "RIVULET_DATA";
  private static final String BOOTSTRAP_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Where everything is kept; else $RIVULET_DATA, else data/ in the project.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "Use this Kafka cluster and its services; else $KAFKA_BOOTSTRAP_SERVERS.")
  private Optional<String> bootstrap = Optional.empty();

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Properties of the Kafka clients, for instance security.protocol.")
  private Optional<Path> kafkaConfig = Optional.empty();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces and the warnings of the Kafka clients.")
  private boolean verbose;

  private final Terminal terminal;
  private final Map<String, String> environment;
  private Optional<StopSignal> stop = Optional.empty();

  public RivuletCommand(Terminal terminal) {
    this(terminal, System.getenv());
  }

  RivuletCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public void run() {
    spec.commandLine().usage(terminal.out());
  }

  Terminal terminal() {
    return terminal;
  }

  boolean verbose() {
    return verbose;
  }

  DataFolder dataFolder() {
    return new DataFolder(
        data.or(() -> variable(DATA_VARIABLE).map(Path::of))
            .orElseGet(() -> ProjectBuild.current().root().resolve("data")));
  }

  /**
   * The cluster that the user named, if any.
   *
   * @throws IllegalArgumentException if there are settings for one, but none is named
   */
  Optional<String> bootstrap() {
    Optional<String> named = bootstrap.or(() -> variable(BOOTSTRAP_VARIABLE));
    if (named.isEmpty() && kafkaConfig.isPresent()) {
      throw new IllegalArgumentException(
          "--kafka-config is for a cluster that is named; add --bootstrap HOST:PORT");
    }
    return named;
  }

  Optional<Path> kafkaConfig() {
    return kafkaConfig;
  }

  /** The topic names, as the services read them from {@code RIVULET_TOPICS_*}. */
  Topics topics() {
    return Topics.named(
        role ->
            variable("RIVULET_TOPICS_" + role.toUpperCase(Locale.ROOT).replace('-', '_'))
                .orElse(role));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** From now on Ctrl-C and SIGTERM are a question that the command asks itself. */
  StopSignal listenForStop() {
    StopSignal signal = StopSignal.install();
    stop = Optional.of(signal);
    return signal;
  }

  /** Tells that the command has done and said everything: a process that was stopped may end. */
  public void ended(int exitCode) {
    stop.ifPresent(signal -> signal.finished(exitCode));
  }

  CommandLine commandLine() {
    return spec.commandLine();
  }
}
