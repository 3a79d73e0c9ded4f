package dev.rivulet.local.progress;

import dev.rivulet.events.run.RunProgress;
import dev.rivulet.local.run.IngestClient;
import java.util.Locale;
import java.util.OptionalLong;

/** How the present epoch stands, as one line. */
final class ProgressLine {
  private static final int BAR_CELLS = 20;
  private static final int NARROW_BAR_CELLS = 8;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final int SECONDS_PER_MINUTE = 60;
  private static final int SECONDS_PER_HOUR = 3_600;

  private ProgressLine() {}

  /**
   * For instance {@code epoch 2/10 ▕████▏ 61 % 18,400/50,000 142 img/s ETA 3:41 loss 1.234 acc
   * 0.560}, never longer than the terminal is wide.
   */
  static String bar(RunProgress progress, OptionalLong etaSeconds, Terminal terminal) {
    int cells = terminal.columns() < 100 ? NARROW_BAR_CELLS : BAR_CELLS;
    String bar =
        terminal.unicode() ? blocks(share(progress), cells) : hashes(share(progress), cells);
    String line =
        "epoch %d/%d %s %s"
            .formatted(progress.epoch(), progress.epochs(), bar, facts(progress, etaSeconds));
    // the last column would wrap in some terminals
    return line.substring(0, Math.min(line.length(), terminal.columns() - 1));
  }

  /** The same without a bar, for logs. */
  static String plain(RunProgress progress, OptionalLong etaSeconds) {
    return "epoch %d/%d %s"
        .formatted(progress.epoch(), progress.epochs(), facts(progress, etaSeconds));
  }

  /** For instance {@code loading the data set ▕████▏ 61 %}. */
  static String loading(IngestClient.DatasetLoad load, Terminal terminal) {
    if (load.total() <= 0) {
      return loading(load);
    }
    double share = Math.min(1, (double) load.done() / load.total());
    String bar = terminal.unicode() ? blocks(share, BAR_CELLS) : hashes(share, BAR_CELLS);
    return "loading the data set %s %.0f %%".formatted(bar, Math.floor(100 * share));
  }

  /** The same without a bar, for logs. */
  static String loading(IngestClient.DatasetLoad load) {
    return load.total() <= 0
        ? String.format(Locale.ROOT, "loading the data set: %,d", load.done())
        : String.format(
            Locale.ROOT,
            "loading the data set: %.0f %%",
            Math.floor(100.0 * load.done() / load.total()));
  }

  private static String facts(RunProgress progress, OptionalLong etaSeconds) {
    if (!progress.phase().equals("training")) {
      return "%s %,d".formatted(progress.phase(), progress.imagesDone());
    }
    String eta = etaSeconds.isPresent() ? "  ETA " + duration(etaSeconds.getAsLong()) : "";
    return String.format(
        Locale.ROOT,
        "%3.0f %% %,d/%,d  %.0f img/s%s  loss %.3f  acc %.3f",
        Math.floor(100 * share(progress)),
        progress.imagesDone(),
        progress.imagesPerEpoch(),
        progress.imagesPerSecond(),
        eta,
        progress.loss(),
        progress.accuracy());
  }

  private static double share(RunProgress progress) {
    if (progress.imagesPerEpoch() == 0) {
      return 0;
    }
    return progress.phase().equals("training")
        ? Math.min(1, (double) progress.imagesDone() / progress.imagesPerEpoch())
        : 1;
  }

  private static String blocks(double share, int cells) {
    int eighths = (int) Math.floor(share * cells * 8);
    StringBuilder bar = new StringBuilder("▕").append("█".repeat(eighths / 8));
    if (eighths / 8 < cells) {
      bar.append(EIGHTHS.charAt(eighths % 8)).append(" ".repeat(cells - eighths / 8 - 1));
    }
    return bar.append("▏").toString();
  }

  private static String hashes(double share, int cells) {
    int full = (int) Math.floor(share * cells);
    return "[" + "#".repeat(full) + ".".repeat(cells - full) + "]";
  }

  /** Minutes and seconds, with hours if there are any: {@code 3:41}, {@code 2:03:41}. */
  static String duration(long seconds) {
    long minutes = seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE;
    long rest = seconds % SECONDS_PER_MINUTE;
    return seconds < SECONDS_PER_HOUR
        ? "%d:%02d".formatted(minutes, rest)
        : "%d:%02d:%02d".formatted(seconds / SECONDS_PER_HOUR, minutes, rest);
  }
}
