package dev.rivulet.local.command;

import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.data.RunningInstance;
import dev.rivulet.local.launch.LocalCluster;
import dev.rivulet.local.launch.LocalPorts;
import dev.rivulet.local.launch.Orphans;
import dev.rivulet.local.launch.ProjectBuild;
import dev.rivulet.local.launch.StopSignal;
import dev.rivulet.local.progress.ProgressView;
import dev.rivulet.local.run.IngestClient;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.local.run.RunFollower;
import dev.rivulet.local.run.RunSubmission;
import dev.rivulet.local.run.ServiceClients;
import dev.rivulet.local.run.TrainerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** {@code up} and {@code train} on this machine: broker, services, run, and a clean end. */
final class LocalTraining {
  private static final int INTERRUPTED = 130;

  /** Stopping is how serving ends. */
  private static final int SERVED = 0;

  private static final Duration SAVING = Duration.ofSeconds(30);
  private static final Duration EVENT_WAIT = Duration.ofMillis(200);
  private static final Duration IDLE_PAUSE = Duration.ofMillis(500);

  private final RivuletCommand root;
  private final RunOptions options;
  private final LaunchOptions launch;
  private final ResultFormat format;
  private final DataFolder folder;
  private final ProgressView view;
  private final Clock clock = Clock.systemUTC();
  private final Instant start =
      ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
  private StopSignal stop;

  LocalTraining(
      RivuletCommand root, RunOptions options, LaunchOptions launch, ResultFormat format) {
    this.format = format;
    this.root = root;
    this.options = options;
    this.launch = launch;
    this.folder = root.dataFolder();
    this.view = new ProgressView(root.terminal(), clock);
  }

  /** What is done with the running cluster. */
  private interface Work {
    int with(LocalCluster cluster, RunEvents events, TrainingRun run) throws InterruptedException;
  }

  /**
   * A command that starts everything.
   *
   * @param stoppedCode its exit code when the user stops it
   */
  private record Launched(String name, int stoppedCode, Work work) {}

  /**
   * Trains one run.
   *
   * @return the exit code
   */
  int train() throws InterruptedException {
    return launched(new Launched("train", INTERRUPTED, this::trainOne));
  }

  /**
   * Trains, and serves until the user stops it.
   *
   * @param page is told the live page's address, which will answer soon
   * @return the exit code
   */
  int upUntilStopped(Consumer<String> page) throws InterruptedException {
    return launched(
        new Launched(
            "up",
            SERVED,
            (cluster, events, run) -> {
              page.accept(cluster.ports().inferenceUrl());
              return trainAndServe(cluster, events, run);
            }));
  }

  private int launched(Launched command) throws InterruptedException {
    Optional<TrainingPlan> plan =
        options.given() ? Optional.of(options.planHere()) : Optional.empty();
    if (launch.resumes() && plan.isPresent()) {
      throw new IllegalArgumentException(
          "a resumed run keeps its plan; leave out --resume or the options of the run");
    }
    CommandLogging.start(root);
    try (FolderLock lock = FolderLock.tryAcquire(folder).orElseThrow(this::alreadyRunning)) {
      folder.prepare();
      CommandLogging.alsoInto(folder);
      Orphans.await(folder, view::line);
      LocalPorts ports = LocalPorts.choose(launch.kafkaPort(), launch.port(), view::line);
      stop = root.listenForStop();
      try {
        return launched(command, ports, plan);
      } finally {
        RunningInstance.erase(folder);
      }
    }
  }

  private CommandFailedException alreadyRunning() {
    Optional<RunningInstance> instance = RunningInstance.lastWritten(folder);
    String who =
        instance
            .map(
                i ->
                    "./rivulet %s (process %d, since %s): %s, broker %s"
                        .formatted(i.command(), i.pid(), i.since(), i.inference(), i.bootstrap()))
            .orElse("another ./rivulet, which is just starting");
    return new CommandFailedException(
        "%s is in use by %s; stop it with Ctrl-C there, use it with ./rivulet runs, classify or stop, or choose another folder with --data DIR"
            .formatted(folder.root(), who));
  }

  private int launched(Launched command, LocalPorts ports, Optional<TrainingPlan> plan)
      throws InterruptedException {
    ProjectBuild build = ProjectBuild.current();
    build.requireFitForServices();
    view.line("starting the broker and the services; data in " + folder.root());
    try (LocalCluster cluster =
        LocalCluster.startBroker(build, folder, ports, view::line, stop::received)) {
      if (stop.received()) {
        return stoppedEarly(command);
      }
      writeRunning(command.name, cluster);
      cluster.createTopics(root.topics());
      try (RunEvents events = RunEvents.read(cluster.kafka(), root.topics(), view::line)) {
        if (stop.received()) {
          return stoppedEarly(command);
        }
        RunSubmission submission = new RunSubmission(events, clock, view::line);
        TrainingRun run = submit(submission, plan);
        if (stop.received()) {
          submission.stop(run);
          return command.stoppedCode;
        }
        cluster.startServices();
        writeRunning(command.name, cluster);
        showAddresses(ports);
        view.line("run %s: %s".formatted(run.id(), describe(run.plan())));
        return command.work.with(cluster, events, run);
      }
    }
  }

  private int stoppedEarly(Launched command) {
    view.line("stopped before there was a run");
    return command.stoppedCode;
  }

  private TrainingRun submit(RunSubmission submission, Optional<TrainingPlan> plan)
      throws InterruptedException {
    return launch.resumes()
        ? submission.resume(launch.resumedRun())
        : submission.requestOrGoOn(plan);
  }

  private void showAddresses(LocalPorts ports) {
    view.line("  live page  " + ports.inferenceUrl());
    view.line("  inference  %s (POST /classify, GET /model)".formatted(ports.inferenceUrl()));
    view.line("  trainer    %s (POST, GET and DELETE /runs)".formatted(ports.trainerUrl()));
    view.line("  broker     " + ports.bootstrap());
    view.line("  logs       " + folder.logs());
  }

  static String describe(TrainingPlan plan) {
    return "data set %s, %d epochs, batch %d, width %d, %s, recipe %s, seed %d, device %s"
        .formatted(
            plan.dataset(),
            plan.epochs(),
            plan.batchSize(),
            plan.width(),
            plan.augment() ? "augmented" : "not augmented",
            plan.recipeInWords(),
            plan.seed(),
            plan.device());
  }

  private void writeRunning(String command, LocalCluster cluster) {
    LocalPorts ports = cluster.ports();
    new RunningInstance(
            ProcessHandle.current().pid(),
            start,
            command,
            ports.bootstrap(),
            ports.inferenceUrl(),
            ports.trainerUrl(),
            ports.ingestUrl(),
            cluster.identities())
        .write(folder);
  }

  private int trainOne(LocalCluster cluster, RunEvents events, TrainingRun run)
      throws InterruptedException {
    TrainingRun ended = follow("train", cluster, events, run, start);
    if (stop.received()) {
      save(cluster, events, ended);
      return INTERRUPTED;
    }
    RunEnd.show(ended, events, view, format);
    showOutputs(ended);
    RunEnd.requireFinished(ended);
    return 0;
  }

  private int trainAndServe(LocalCluster cluster, RunEvents events, TrainingRun first)
      throws InterruptedException {
    Set<String> shown = new HashSet<>(Set.of(first.id()));
    events.ledger().all().stream()
        .filter(run -> run.status().ended())
        .forEach(run -> shown.add(run.id()));
    TrainingRun run = first;
    Instant since = start;
    while (true) {
      run = follow("up", cluster, events, run, since);
      if (stop.received()) {
        save(cluster, events, run);
        return SERVED;
      }
      RunEnd.show(run, events, view, format);
      showOutputs(run);
      if (run.status() == RunStatus.FAILED) {
        if (run.id().equals(first.id())) {
          RunEnd.requireFinished(run);
        }
        // somebody else's run is no reason to end what others use
        view.warning(RunEnd.unfinished(run));
      }
      view.line("serving on %s until Ctrl-C".formatted(cluster.ports().inferenceUrl()));
      Optional<TrainingRun> next = awaitNext(cluster, events, shown);
      if (next.isEmpty()) {
        view.line("stopping");
        return SERVED;
      }
      run = next.get();
      shown.add(run.id());
      since = run.requestedAt();
      view.line("run %s: %s".formatted(run.id(), describe(run.plan())));
    }
  }

  private TrainingRun follow(
      String command, LocalCluster cluster, RunEvents events, TrainingRun run, Instant since)
      throws InterruptedException {
    ServiceClients services =
        new ServiceClients(
            new TrainerClient(cluster.ports().trainerUrl()),
            new IngestClient(cluster.ports().ingestUrl()));
    return new RunFollower(events, Optional.of(services), view, clock, since)
        .follow(run, stop, () -> lookAfter(command, cluster));
  }

  private void lookAfter(String command, LocalCluster cluster) {
    if (cluster.check()) {
      writeRunning(command, cluster);
    }
  }

  /**
   * A run that somebody requests while we serve; nothing if the user stops us first.
   *
   * @param shown the runs whose end is no news
   */
  private Optional<TrainingRun> awaitNext(LocalCluster cluster, RunEvents events, Set<String> shown)
      throws InterruptedException {
    while (!stop.received()) {
      lookAfter("up", cluster);
      events.poll(EVENT_WAIT);
      Optional<TrainingRun> next =
          events.ledger().all().stream()
              .filter(run -> !run.status().ended() || !shown.contains(run.id()))
              .findFirst();
      if (next.isPresent()) {
        return next;
      }
      stop.sleep(IDLE_PAUSE);
    }
    return Optional.empty();
  }

  private void save(LocalCluster cluster, RunEvents events, TrainingRun run)
      throws InterruptedException {
    view.line("stopping run %s, its model is being saved".formatted(run.id()));
    TrainingRun now =
        run.status().ended() ? run : events.publish(events.ledger().stop(run, clock.instant()));
    long deadline = System.nanoTime() + SAVING.toNanos();
    while (!now.status().ended() && System.nanoTime() < deadline) {
      cluster.check();
      events.poll(EVENT_WAIT);
      now = events.run(run.id());
    }
    if (!now.status().ended()) {
      view.warning(
          "the trainer did not answer within %d s; ./rivulet up --resume %s goes on from its last saved state"
              .formatted(SAVING.toSeconds(), run.id()));
      return;
    }
    RunEnd.show(now, events, view, format);
    showOutputs(now);
    if (now.status() == RunStatus.STOPPED) {
      view.line("go on with ./rivulet up --resume " + now.id());
    }
  }

  private void showOutputs(TrainingRun run) {
    for (Path output : List.of(folder.model(run.id()), folder.history(run.id()))) {
      if (Files.exists(output)) {
        view.line("written: " + output);
      }
    }
  }
}
