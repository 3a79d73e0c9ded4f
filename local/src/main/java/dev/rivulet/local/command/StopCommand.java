package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.progress.PlainText;
import dev.rivulet.local.run.RunEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Asks a run to stop and waits until its model is saved. */
@Command(
    name = "stop",
    sortOptions = false,
    description = "Stops a run; its model is saved, and --resume goes on with it.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet stop                               the run that is under way",
      "  ./rivulet stop 20260131-174502-9f3c          one that waits for its turn"
    })
final class StopCommand implements Callable<Integer> {
  private static final Duration EVENT_WAIT = Duration.ofMillis(200);

  @ParentCommand private RivuletCommand root;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "The run's id as ./rivulet runs shows it; without it, the present one.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait; ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException(
          "timeout %d: choose a second or more".formatted(timeoutSeconds));
    }
    CommandLogging.start(root);
    KafkaConnection kafka =
        ClusterConnection.find(root)
            .orElseThrow(() -> ClusterConnection.nothingRuns(root.dataFolder()));
    try (RunEvents events = RunEvents.read(kafka, root.topics(), root.terminal()::note)) {
      TrainingRun run = id.isPresent() ? events.run(id.get()) : current(events);
      if (run.status().ended()) {
        throw new CommandFailedException(
            "run %s has already %s"
                .formatted(
                    run.id(),
                    switch (run.status()) {
                      case FINISHED -> "finished";
                      case FAILED -> "failed";
                      default -> "been stopped";
                    }));
      }
      TrainingRun ended = await(events, events.publish(events.ledger().stop(run, Instant.now())));
      json.print(
          root.terminal(),
          events.summary(ended, Instant.now()),
          () -> PlainText.line("run %s %s".formatted(ended.id(), ended.status().label())));
      return 0;
    }
  }

  private static TrainingRun current(RunEvents events) {
    return events
        .ledger()
        .current()
        .orElseThrow(() -> new CommandFailedException("no run is under way; nothing to stop"));
  }

  private TrainingRun await(RunEvents events, TrainingRun stopping) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
    TrainingRun run = stopping;
    while (!run.status().ended()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "run %s was asked to stop, but no trainer answered within %d s; see the trainer's log"
                .formatted(run.id(), timeoutSeconds));
      }
      events.poll(EVENT_WAIT);
      run = events.run(run.id());
    }
    return run;
  }
}
