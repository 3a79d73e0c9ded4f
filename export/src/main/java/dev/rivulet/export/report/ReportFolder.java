package dev.rivulet.export.report;

import dev.rivulet.export.AtomicFile;
import java.nio.file.Path;
import java.util.Optional;

/** The folder with a run's report: {@code report.html}, and its plots as PNG files. */
public record ReportFolder(Path path) {

  public Path page() {
    return path.resolve("report.html");
  }

  /**
   * Writes the page and the plots, replacing older ones.
   *
   * @return why there are no PNG files, if there are none; the page has the plots all the same
   */
  public Optional<String> write(RunReport report) {
    AtomicFile.write(page(), ReportPage.of(report));
    if (report.epochs().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> whyNot = PngPlots.whyNot();
    if (whyNot.isEmpty()) {
      for (Plot plot : Plot.of(report.epochs())) {
        AtomicFile.write(path.resolve(plot.file() + ".png"), PngPlots.of(plot));
      }
    }
    return whyNot;
  }
}
