package dev.rivulet.export.report;

import java.util.List;
import java.util.Locale;

/** Grows a page; what comes from outside is escaped. */
final class Html {
  private final StringBuilder page = new StringBuilder();

  /** Markup as it is. */
  Html raw(String markup) {
    page.append(markup).append('\n');
    return this;
  }

  /** Markup with values, which are escaped. */
  Html add(String format, Object... values) {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = values[i] instanceof String text ? escaped(text) : values[i];
    }
    return raw(String.format(Locale.ROOT, format, escaped));
  }

  /** A table of two columns, names and values. */
  Html facts(List<List<String>> rows) {
    raw("<table class=\"facts\">");
    rows.forEach(
        row -> add("<tr><th scope=\"row\">%s</th><td>%s</td></tr>", row.get(0), row.get(1)));
    return raw("</table>");
  }

  /** A column without a name, of drawings, has no heading. */
  Html headings(String... names) {
    page.append("<thead><tr>");
    for (String name : names) {
      if (name.isEmpty()) {
        page.append("<td></td>");
      } else {
        page.append("<th scope=\"col\">").append(escaped(name)).append("</th>");
      }
    }
    return raw("</tr></thead>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
