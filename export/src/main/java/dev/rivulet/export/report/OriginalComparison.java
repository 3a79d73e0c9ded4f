package dev.rivulet.export.report;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.export.Cifar10;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The run beside what the original program's author published for CIFAR-10. */
final class OriginalComparison {
  private static final int ORIGINAL_WIDTH = 32;
  private static final String OFFICIAL = "cifar10";

  private OriginalComparison() {}

  static void add(Html html, RunReport report) {
    html.raw("<section><h2>Beside the original</h2>");
    html.raw(
        "<p class=\"faint\">The figures that the original program's author published for CIFAR-10, at width 32.</p>");
    List<String> differences = differences(report);
    if (!differences.isEmpty()) {
      html.add(
          "<p>This run is not quite the same experiment: %s.</p>", String.join("; ", differences));
    }
    html.raw("<div class=\"columns\">");
    accuracies(html, report);
    times(html, report);
    html.raw("</div></section>");
  }

  private static List<String> differences(RunReport report) {
    TrainingPlan plan = report.run().plan();
    List<String> differences = new ArrayList<>();
    if (!report.datasetName().equals(OFFICIAL)) {
      differences.add("its images are a copy, " + report.datasetName());
    }
    if (plan.width() != ORIGINAL_WIDTH) {
      differences.add("its width is " + plan.width());
    }
    if (plan.imagesPerEpoch() != 0) {
      differences.add("its epochs have %d images".formatted(plan.imagesPerEpoch()));
    }
    if (!plan.augment()) {
      differences.add("its images are not augmented");
    }
    TrainingPlan usual = TrainingPlan.defaults();
    if (!plan.recipeInFull().equals(usual.recipeInFull())) {
      differences.add("its recipe is " + plan.recipeInWords());
    }
    if (!plan.depths().equals(usual.depths())) {
      differences.add("its depths are " + plan.depths());
    }
    if (plan.batchSize() != usual.batchSize()) {
      differences.add("its batches have %d images".formatted(plan.batchSize()));
    }
    return differences;
  }

  private static void accuracies(Html html, RunReport report) {
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table id=\"original\">");
    html.headings("epoch", "original train", "this run", "original validation", "this run");
    html.raw("<tbody>");
    for (Cifar10.Published published : Cifar10.ACCURACIES) {
      Optional<EpochCompleted> same = report.epoch(published.epoch());
      html.add(
          "<tr><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
          published.epoch(),
          ReportPage.percent(published.trainAccuracy()),
          same.map(e -> ReportPage.percent(e.train().accuracy())).orElse("–"),
          ReportPage.percent(published.validationAccuracy()),
          same.map(e -> ReportPage.percent(e.validation().accuracy())).orElse("–"));
    }
    EpochCompleted last = report.last().orElseThrow();
    html.add(
        "<tr><td>%d, the last</td><td>–</td><td>%s</td><td>–</td><td>%s</td></tr>",
        last.epoch(),
        ReportPage.percent(last.train().accuracy()),
        ReportPage.percent(last.validation().accuracy()));
    html.raw("</tbody></table></div>");
  }

  private static void times(Html html, RunReport report) {
    EpochCompleted last = report.last().orElseThrow();
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"wraps\">");
    html.headings("hardware, batch", "seconds per epoch").raw("<tbody>");
    for (Cifar10.PublishedTime published : Cifar10.TIMES) {
      html.add(
          "<tr><td>%s</td><td>%.1f</td></tr>", published.hardware(), published.secondsPerEpoch());
    }
    html.add(
        "<tr><td>this run: %s, batch %d</td><td>%.1f</td></tr>",
        last.device(), last.batchSize(), report.secondsUntil(last) / report.epochs().size());
    html.raw("</tbody></table></div>");
  }
}
