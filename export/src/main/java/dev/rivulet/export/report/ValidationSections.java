package dev.rivulet.export.report;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.export.ClassAccuracy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the validation images were taken for after the last epoch: by class, and as a matrix. */
final class ValidationSections {
  private static final double BAR_WIDTH = 100;

  private ValidationSections() {}

  static void add(Html html, RunReport report) {
    EpochCompleted last = report.last().orElseThrow();
    Optional<ValidationDetail> detail = last.validationDetail();
    if (detail.flatMap(ValidationDetail::confusion).isEmpty()) {
      html.add(
          "<section><h2>By class</h2><p>%s</p></section>",
          detail.isEmpty()
              ? "The trainer of this run did not report what images were taken for."
              : "Of more than %d classes no matrix is kept."
                  .formatted(ValidationDetail.MAX_CONFUSION_CLASSES));
      return;
    }
    html.raw("<div class=\"columns\">");
    byClass(html, last.epoch(), ClassAccuracy.of(report.classes(), detail.get()));
    matrix(html, last.epoch(), report.classes(), detail.get().confusion().orElseThrow());
    html.raw("</div>");
  }

  private static void byClass(Html html, int epoch, List<ClassAccuracy> classes) {
    html.add("<section><h2>Accuracy by class, epoch %d</h2>", epoch);
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table id=\"classes\">");
    html.headings("class", "", "accuracy", "images").raw("<tbody>");
    for (ClassAccuracy each : classes) {
      double accuracy = each.images() == 0 ? 0 : each.accuracy();
      html.add(
          "<tr><td>%s</td><td><svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"10\"/><rect class=\"blue\" width=\"%.1f\" height=\"10\"/></svg></td><td>%s</td><td>%d</td></tr>",
          each.name(),
          BAR_WIDTH * accuracy,
          each.images() == 0 ? "–" : ReportPage.percent(accuracy),
          each.images());
    }
    html.raw("</tbody></table></div></section>");
  }

  private static void matrix(
      Html html, int epoch, List<String> classes, List<List<Integer>> confusion) {
    html.add("<section><h2>Confusion matrix, epoch %d</h2>", epoch);
    html.raw("<p class=\"faint\">Rows: what it is. Columns: what the network took it for.</p>");
    html.raw(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"matrix\" id=\"confusion\"><thead><tr><td></td>");
    classes.forEach(name -> html.add("<th scope=\"col\">%s</th>", name));
    html.raw("</tr></thead><tbody>");
    for (int label = 0; label < confusion.size(); label++) {
      List<Integer> row = confusion.get(label);
      int images = Math.max(1, row.stream().mapToInt(Integer::intValue).sum());
      html.add("<tr><th scope=\"row\">%s</th>", classes.get(label));
      for (int count : row) {
        double share = (double) count / images;
        html.raw(String.format(Locale.ROOT, "<td style=\"--share:%.3f\">%d</td>", share, count));
      }
      html.raw("</tr>");
    }
    html.raw("</tbody></table></div></section>");
  }
}
