package dev.rivulet.local.progress;

import dev.rivulet.local.model.ModelListing;
import dev.rivulet.local.model.ModelSummary;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The list of checkpoints, as a table. */
public final class ModelTable {
  private static final String ROW = "%-1s %-24s  %-16s  %7s  %-16s  %s";
  private static final int SHORT_SHA = 12;

  private ModelTable() {}

  /**
   * The selected one has a star.
   *
   * @param zone in which times are shown
   */
  public static String of(ModelListing listing, ZoneId zone) {
    if (listing.models().isEmpty()) {
      return "no checkpoints yet; each epoch of a run publishes one, and so does ./rivulet import";
    }
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
    StringBuilder table =
        new StringBuilder(
            ROW.formatted("", "run@epoch", "data set", "val acc", "published", "sha256"));
    for (ModelSummary model : listing.models()) {
      boolean selected = listing.selected().equals(Optional.of(model));
      table
          .append(System.lineSeparator())
          .append(
              PlainText.line(
                  ROW.formatted(
                      selected ? "*" : "",
                      model.name(),
                      model.dataset(),
                      accuracy(model),
                      time.format(model.publishedAt()),
                      model.sha256().substring(0, Math.min(SHORT_SHA, model.sha256().length())))));
    }
    String selection = PlainText.line("selected: " + listing.selection().inWords());
    return table
        .append(System.lineSeparator())
        .append(listing.selected().isPresent() ? selection : selection + ", which is not there")
        .toString();
  }

  /** For instance {@code 86.57%}, or a dash if it was not measured. */
  public static String accuracy(ModelSummary model) {
    return model
        .validationAccuracy()
        .map(accuracy -> String.format(Locale.ROOT, "%.2f%%", 100 * accuracy))
        .orElse("-");
  }
}
