package dev.rivulet.local.progress;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.local.run.IngestClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Shows how a run goes: a bar that is redrawn on a terminal, a line now and then in a log, and one
 * line per epoch in both.
 */
public final class ProgressView {
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final Terminal terminal;
  private final Clock clock;
  private boolean barShown;
  private Instant lastPlainLine = Instant.MIN;

  public ProgressView(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /**
   * Shows the present epoch.
   *
   * @param epochs the complete ones, for the estimate of the time left
   */
  public void show(RunProgress progress, List<EpochCompleted> epochs) {
    if (terminal.interactive()) {
      terminal.redraw(ProgressLine.bar(progress, TimeLeft.seconds(progress, epochs), terminal));
      barShown = true;
      return;
    }
    if (plainLineDue() && progress.phase().equals("training")) {
      terminal.note(ProgressLine.plain(progress, TimeLeft.seconds(progress, epochs)));
      lastPlainLine = clock.instant();
    }
  }

  /** Shows how far a data set is downloaded or read. */
  public void loading(IngestClient.DatasetLoad load) {
    if (terminal.interactive()) {
      terminal.redraw(ProgressLine.loading(load, terminal));
      barShown = true;
    } else if (plainLineDue()) {
      terminal.note(ProgressLine.loading(load));
      lastPlainLine = clock.instant();
    }
  }

  /** Shows a complete epoch. */
  public void completed(EpochCompleted epoch) {
    line(
        String.format(
            Locale.ROOT,
            "epoch %d/%d done: train loss %.4f acc %.4f, validation loss %.4f acc %.4f, %.1f s, %.0f img/s",
            epoch.epoch(),
            epoch.epochs(),
            epoch.train().loss(),
            epoch.train().accuracy(),
            epoch.validation().loss(),
            epoch.validation().accuracy(),
            epoch.seconds().total(),
            epoch.imagesPerSecond()));
    lastPlainLine = clock.instant();
  }

  /** Any other line; the bar makes room for it. */
  public void line(String text) {
    eraseBar();
    terminal.note(text);
  }

  /** What the command was called for; the only thing on standard output. */
  public void result(String text) {
    eraseBar();
    terminal.print(text);
  }

  /** The same for machines. */
  public void jsonResult(String document) {
    eraseBar();
    terminal.printJson(document);
  }

  /** A line that should not be overlooked. */
  public void warning(String text) {
    eraseBar();
    terminal.warn(text);
  }

  private boolean plainLineDue() {
    return lastPlainLine.equals(Instant.MIN)
        || !clock.instant().isBefore(lastPlainLine.plus(PLAIN_INTERVAL));
  }

  private void eraseBar() {
    if (barShown) {
      terminal.redraw("");
      barShown = false;
    }
  }
}
