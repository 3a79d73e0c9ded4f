package dev.rivulet.export.report;

import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.export.Cifar10;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report as one page that needs nothing else: no script, no request. */
final class ReportPage {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final RunReport report;
  private final Html html = new Html();

  private ReportPage(RunReport report) {
    this.report = report;
  }

  static String of(RunReport report) {
    ReportPage page = new ReportPage(report);
    page.head();
    page.opening();
    if (report.epochs().isEmpty()) {
      page.html.raw(
          "<section><p>No epoch was completed, so there is nothing to plot.</p></section>");
    } else {
      page.plots();
      page.epochTable();
      ValidationSections.add(page.html, report);
      if (Cifar10.hasClasses(report.classes())) {
        OriginalComparison.add(page.html, report);
      }
    }
    page.settingsAndMachine();
    page.html.raw("</main></body></html>");
    return page.html.toString();
  }

  private void head() {
    html.raw("<!DOCTYPE html>")
        .raw("<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\">")
        .add("<title>Run %s</title>", report.run().id())
        .raw("<style>")
        .raw(style())
        .raw("</style></head><body><main>");
  }

  private static String style() {
    try (InputStream css = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css", e);
    }
  }

  private void opening() {
    TrainingPlan plan = report.run().plan();
    html.add("<h1>Run %s</h1>", report.run().id());
    html.add(
        "<p class=\"faint\">%s after %d of %d epochs on %s</p>",
        report.run().status().label(), report.epochs().size(), plan.epochs(), report.datasetName());
    report
        .run()
        .dataset()
        .flatMap(DatasetDescription::warning)
        .ifPresent(warning -> html.add("<p class=\"warning\">%s</p>", warning));
    report.best().ifPresent(this::tiles);
  }

  private void tiles(EpochCompleted best) {
    EpochCompleted last = report.last().orElseThrow();
    double seconds = report.secondsUntil(last);
    double images = report.epochs().stream().mapToDouble(EpochCompleted::images).sum();
    html.raw("<ul class=\"tiles\">");
    tile(percent(best.validation().accuracy()), "best validation accuracy, epoch " + best.epoch());
    tile(percent(last.validation().accuracy()), "of the last epoch");
    tile(
        String.format(Locale.ROOT, "%.4f", last.validation().loss()),
        "validation loss, last epoch");
    tile(duration(seconds), "in all epochs together");
    tile(String.format(Locale.ROOT, "%.0f", images / seconds), "images per second, all included");
    html.raw("</ul>");
  }

  private void tile(String value, String what) {
    html.add("<li><b>%s</b><span class=\"faint\">%s</span></li>", value, what);
  }

  private void plots() {
    html.raw("<div class=\"columns\">");
    for (Plot plot : Plot.of(report.epochs())) {
      html.add("<section><h2>%s</h2>", plot.title()).raw(SvgPlot.of(plot)).raw("</section>");
    }
    html.raw("</div>");
  }

  private void epochTable() {
    html.raw("<section><h2>Epochs</h2><div class=\"scroll\" tabindex=\"0\"><table id=\"epochs\">");
    html.headings(
        "epoch",
        "train loss",
        "train acc",
        "val loss",
        "val acc",
        "seconds",
        "training",
        "data wait",
        "validation",
        "checkpoint",
        "images/s",
        "learning rate",
        "all seconds");
    html.raw("<tbody>");
    EpochCompleted best = report.best().orElseThrow();
    double seconds = 0;
    for (EpochCompleted e : report.epochs()) {
      seconds += e.seconds().total();
      html.add(
          "<tr%s><td>%d</td><td>%.4f</td><td>%.2f %%</td><td>%.4f</td><td>%.2f %%</td><td>%.1f</td><td>%.1f</td>"
              .replaceFirst("%s", e == best ? " class=\"best\"" : ""),
          e.epoch(),
          e.train().loss(),
          100 * e.train().accuracy(),
          e.validation().loss(),
          100 * e.validation().accuracy(),
          e.seconds().total(),
          e.seconds().training());
      html.add(
          "<td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%s</td><td>%.1f</td></tr>",
          e.seconds().dataWait(),
          e.seconds().validation(),
          e.seconds().checkpoint(),
          e.imagesPerSecond(),
          learningRate(e.learningRate()),
          seconds);
    }
    html.raw("</tbody></table></div></section>");
  }

  private void settingsAndMachine() {
    html.raw("<div class=\"columns\"><section><h2>Settings</h2>").facts(settings());
    html.raw("</section><section><h2>Machine</h2>").facts(machine()).raw("</section></div>");
  }

  private List<List<String>> settings() {
    TrainingPlan plan = report.run().plan();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("data set", report.datasetName()));
    report
        .run()
        .dataset()
        .ifPresent(
            d ->
                rows.add(
                    List.of(
                        "images",
                        String.format(
                            Locale.ROOT,
                            "%,d training, %,d validation, %d classes",
                            d.trainImages(),
                            d.validationImages(),
                            d.classes().size()))));
    rows.add(List.of("epochs", String.valueOf(plan.epochs())));
    rows.add(List.of("batch", String.valueOf(plan.batchSize())));
    rows.add(List.of("augmentation", plan.augment() ? "afresh in every epoch" : "none"));
    rows.add(List.of("width", String.valueOf(plan.width())));
    rows.add(List.of("depths", plan.depths().toString()));
    report
        .last()
        .ifPresent(
            e ->
                rows.add(List.of("parameters", String.format(Locale.ROOT, "%,d", e.parameters()))));
    rows.add(List.of("recipe", plan.recipeInWords()));
    rows.add(List.of("recipe in full", plan.recipeInFull().inWords()));
    rows.add(List.of("seed", String.valueOf(plan.seed())));
    rows.add(
        List.of(
            "images per epoch",
            plan.imagesPerEpoch() == 0 ? "all" : String.valueOf(plan.imagesPerEpoch())));
    rows.add(List.of("device", plan.device()));
    rows.add(List.of("precision", plan.precision()));
    report.run().startedAt().ifPresent(at -> rows.add(List.of("started", at.toString())));
    report.run().endedAt().ifPresent(at -> rows.add(List.of("ended", at.toString())));
    return rows;
  }

  private List<List<String>> machine() {
    Machine machine = report.machine();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("processor", machine.processor()));
    rows.add(List.of("cores", String.valueOf(machine.cores())));
    rows.add(
        List.of(
            "memory",
            String.format(Locale.ROOT, "%.1f GiB", machine.memoryBytes() / (double) (1L << 30))));
    rows.add(List.of("system", machine.system()));
    rows.add(List.of("Java", machine.jvm()));
    report.last().ifPresent(e -> rows.add(List.of("trained on", e.device())));
    return rows;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Three significant digits: {@code 0.002}, {@code 0.0000012}, {@code 1.2e-9}. */
  static String learningRate(double rate) {
    BigDecimal rounded = BigDecimal.valueOf(rate).round(new MathContext(3)).stripTrailingZeros();
    return rounded.setScale(Math.max(0, rounded.scale())).toString().toLowerCase(Locale.ROOT);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
