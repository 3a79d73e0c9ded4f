package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.launch.StopSignal;
import dev.rivulet.local.progress.ProgressView;
import dev.rivulet.local.run.RunEvents;
import dev.rivulet.local.run.RunFollower;
import dev.rivulet.local.run.RunSubmission;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/** {@code train} in an existing cluster, whose services do the work. */
final class ClusterTraining {
  private static final int INTERRUPTED = 130;

  private final RivuletCommand root;
  private final RunOptions options;
  private final LaunchOptions launch;
  private final ResultFormat format;
  private final Clock clock = Clock.systemUTC();
  private final ProgressView view;

  ClusterTraining(
      RivuletCommand root, RunOptions options, LaunchOptions launch, ResultFormat format) {
    this.format = format;
    this.root = root;
    this.options = options;
    this.launch = launch;
    this.view = new ProgressView(root.terminal(), clock);
  }

  /**
   * Publishes the run and follows it. Ctrl-C leaves the run alone: it belongs to the cluster.
   *
   * @return the exit code
   */
  int train() throws InterruptedException {
    TrainingPlan plan = options.planElsewhere();
    requireFitting();
    CommandLogging.start(root);
    KafkaConnection kafka = ClusterConnection.named(root).orElseThrow();
    createTopics(kafka);
    try (RunEvents events = RunEvents.read(kafka, root.topics(), view::line)) {
      // until here there is nothing to tell about, and a signal ends the process as usual
      return follow(events, plan, root.listenForStop());
    }
  }

  private void requireFitting() {
    if (launch.resumes() && options.given()) {
      throw new IllegalArgumentException(
          "a resumed run keeps its plan; leave out --resume or the options of the run");
    }
    if (launch.port().isPresent() || launch.kafkaPort().isPresent()) {
      throw new IllegalArgumentException(
          "--port and --kafka-port are for services on this machine; leave them out with --bootstrap");
    }
  }

  private void createTopics(KafkaConnection kafka) throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin)
          .ensure(List.of(root.topics().trainingRunsSpec(), root.topics().trainingMetricsSpec()));
    }
  }

  private int follow(RunEvents events, TrainingPlan plan, StopSignal stop)
      throws InterruptedException {
    RunSubmission submission = new RunSubmission(events, clock, view::line);
    TrainingRun run =
        launch.resumes() ? submission.resumeBeside(launch.resumedRun()) : submission.request(plan);
    view.line("run %s: %s".formatted(run.id(), LocalTraining.describe(run.plan())));
    TrainingRun ended =
        new RunFollower(events, Optional.empty(), view, clock, run.requestedAt())
            .follow(run, stop, () -> {});
    if (stop.received()) {
      view.line(
          "run %s goes on in the cluster; ./rivulet stop %s ends it".formatted(run.id(), run.id()));
      return INTERRUPTED;
    }
    RunEnd.show(ended, events, view, format);
    RunEnd.requireFinished(ended);
    return 0;
  }
}
