package dev.rivulet.local.run;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.launch.StopSignal;
import dev.rivulet.local.progress.ProgressView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows a run from its request to its end. */
public final class RunFollower {
  private static final Duration EVENT_WAIT = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofMillis(900);
  private static final Duration PAUSE_BEFORE_THE_FIRST_BATCH = Duration.ofMillis(100);

  private final RunEvents events;
  private final Optional<ServiceClients> services;
  private final ProgressView view;
  private final Clock clock;
  private final Instant commandStart;
  private Optional<RunProgress> before = Optional.empty();
  private boolean fresh;
  private boolean firstBatchSeen;

  /**
   * @param services tell the progress within an epoch; without them there is one line per epoch
   * @param commandStart from when the time to the first batch counts
   */
  public RunFollower(
      RunEvents events,
      Optional<ServiceClients> services,
      ProgressView view,
      Clock clock,
      Instant commandStart) {
    this.events = events;
    this.services = services;
    this.view = view;
    this.clock = clock;
    this.commandStart = commandStart;
  }

  /**
   * Follows the run until it ends or the user wants to stop.
   *
   * @param everyTurn is called about once a second
   * @return the run as it stands then
   */
  public TrainingRun follow(TrainingRun run, StopSignal stop, Runnable everyTurn)
      throws InterruptedException {
    int shown = events.epochs(run.id()).size();
    boolean datasetShown = false;
    fresh = run.startedAt().isEmpty();
    TrainingRun now = run;
    while (!now.status().ended() && !stop.received()) {
      everyTurn.run();
      events.poll(EVENT_WAIT);
      now = events.run(run.id());
      if (!datasetShown && now.dataset().isPresent()) {
        showDataset(now);
        datasetShown = true;
      }
      shown = showEpochs(now, shown);
      if (!now.status().ended()) {
        showProgress(now);
        stop.sleep(firstBatchSeen ? PAUSE : PAUSE_BEFORE_THE_FIRST_BATCH);
      }
    }
    return stop.received() ? now : afterTheLastEpoch(now, shown);
  }

  /** The run's end and its last epoch come on two topics, in any order. */
  private TrainingRun afterTheLastEpoch(TrainingRun run, int shown) {
    for (int attempt = 0; attempt < 20 && lacksEpochs(run); attempt++) {
      events.poll(EVENT_WAIT);
    }
    showEpochs(run, shown);
    return run;
  }

  private boolean lacksEpochs(TrainingRun run) {
    return run.status() == RunStatus.FINISHED
        && events.epochs(run.id()).size() < run.plan().epochs();
  }

  private void showDataset(TrainingRun run) {
    run.dataset()
        .ifPresent(
            dataset -> {
              dataset.warning().ifPresent(warning -> view.warning("WARNING: " + warning));
              view.line(
                  String.format(
                      Locale.ROOT,
                      "data set %s: %,d training and %,d validation images, %d classes",
                      dataset.name(),
                      dataset.trainImages(),
                      dataset.validationImages(),
                      dataset.classes().size()));
            });
  }

  private int showEpochs(TrainingRun run, int shown) {
    List<EpochCompleted> epochs = events.epochs(run.id());
    for (EpochCompleted epoch : epochs.subList(Math.min(shown, epochs.size()), epochs.size())) {
      noticeFirstBatch();
      view.completed(epoch);
    }
    return epochs.size();
  }

  private void showProgress(TrainingRun run) throws InterruptedException {
    if (services.isEmpty()) {
      return;
    }
    if (run.dataset().isEmpty()) {
      services.get().ingest().load().ifPresent(view::loading);
      return;
    }
    Optional<RunProgress> progress = services.get().trainer().progress(run.id());
    if (progress.isPresent() && progress.get().imagesDone() > 0) {
      if (fresh || hasMoved(progress.get())) {
        noticeFirstBatch();
      }
      view.show(progress.get(), events.epochs(run.id()));
    }
  }

  /** A run that goes on starts with the images that it had done before. */
  private boolean hasMoved(RunProgress progress) {
    if (before.isEmpty()) {
      before = Optional.of(progress);
      return false;
    }
    return before.get().epoch() != progress.epoch()
        || before.get().imagesDone() != progress.imagesDone();
  }

  private void noticeFirstBatch() {
    if (!firstBatchSeen && services.isPresent()) {
      double seconds = Duration.between(commandStart, clock.instant()).toMillis() / 1_000.0;
      view.line(String.format(Locale.ROOT, "first batch trained after %.1f s", seconds));
    }
    firstBatchSeen = true;
  }
}
