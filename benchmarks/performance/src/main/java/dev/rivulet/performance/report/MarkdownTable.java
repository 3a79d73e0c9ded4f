package dev.rivulet.performance.report;

import dev.rivulet.performance.measure.Quantity;
import java.util.List;

/** The results as Markdown that can go into a README as it is. */
public final class MarkdownTable {
  private MarkdownTable() {}

  /** All sections as one table, with a heading row each. */
  public static String of(List<Section> sections) {
    StringBuilder table = new StringBuilder();
    table.append("| | Rivulet | compared with | ratio | goal |\n");
    table.append("|---|---|---|---|---|\n");
    for (Section section : sections) {
      if (!section.rows().isEmpty()) {
        table.append("| **%s** | | | | |\n".formatted(escape(section.title())));
      }
      section.rows().forEach(row -> table.append(line(row)));
    }
    return table.toString();
  }

  private static String line(Row row) {
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            escape(row.what()),
            row.ours().text(),
            row.peer().map(peer -> escape(peer.program()) + ": " + peer.text()).orElse(""),
            row.ratio().isPresent()
                ? "**%s**".formatted(Quantity.text(row.ratio().getAsDouble()))
                : "",
            row.goal()
                .map(goal -> goal + (row.met().orElseThrow() ? ", met" : ", missed"))
                .orElse(""));
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
