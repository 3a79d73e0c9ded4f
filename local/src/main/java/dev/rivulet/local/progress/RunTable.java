package dev.rivulet.local.progress;

import dev.rivulet.local.run.RunSummary;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The list of runs, as a table. */
public final class RunTable {
  private static final String ROW = "%-20s  %-9s  %-16s  %9s  %8s  %-16s  %8s";

  private RunTable() {}

  /**
   * @param zone in which start times are shown
   */
  public static String of(List<RunSummary> runs, ZoneId zone) {
    if (runs.isEmpty()) {
      return "no runs yet; start one with ./rivulet up or ./rivulet train";
    }
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
    StringBuilder table =
        new StringBuilder(
            ROW.formatted("run", "status", "data set", "epochs", "best acc", "started", "seconds"));
    for (RunSummary run : runs) {
      table.append(System.lineSeparator()).append(row(run, time).stripTrailing());
    }
    return table.toString();
  }

  private static String row(RunSummary run, DateTimeFormatter time) {
    String row =
        String.format(
            Locale.ROOT,
            ROW,
            run.id(),
            run.status(),
            run.dataset(),
            run.epochsDone() + "/" + run.epochs(),
            run.bestValidationAccuracy()
                .map(accuracy -> String.format(Locale.ROOT, "%.2f%%", 100 * accuracy))
                .orElse("-"),
            run.startedAt().map((Instant start) -> time.format(start)).orElse("-"),
            run.seconds().map(seconds -> String.format(Locale.ROOT, "%.0f", seconds)).orElse("-"));
    return PlainText.line(run.message().map(message -> row + "  " + message).orElse(row));
  }
}
