package dev.rivulet.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a scenario says while it runs, and its table at the end. */
final class Report {
  private final PrintStream results;
  private final PrintStream notes;
  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  /**
   * @param head names of the columns but the last one, which says whether the row is as it must be
   */
  Report(PrintStream results, PrintStream notes, String... head) {
    this.results = results;
    this.notes = notes;
    this.head = new ArrayList<>(List.of(head));
    this.head.add("verdict");
  }

  /** Something of interest. */
  void line(String format, Object... arguments) {
    results.println(format.formatted(arguments));
  }

  /** Something for whoever waits. */
  void note(String format, Object... arguments) {
    notes.println(format.formatted(arguments));
  }

  /**
   * A row of the table.
   *
   * @param columns their values; the last one is the list of what is wrong
   */
  void row(Object... columns) {
    List<String> row = new ArrayList<>();
    for (int i = 0; i < columns.length - 1; i++) {
      row.add(String.valueOf(columns[i]));
    }
    List<?> differences = (List<?>) columns[columns.length - 1];
    row.add(differences.isEmpty() ? "exact" : "WRONG");
    if (row.size() != head.size()) {
      throw new IllegalArgumentException(row + " does not fit " + head);
    }
    differences.forEach(difference -> wrong.add(row.get(0) + ": " + difference));
    rows.add(row);
    note("%s", String.join("  ", row));
  }

  /** All that is not as it must be. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Prints the table, and below it what is wrong. */
  void print() {
    List<List<String>> all = new ArrayList<>(List.of(head));
    all.addAll(rows);
    int[] widths =
        IntStream.range(0, head.size())
            .map(column -> Collections.max(all.stream().map(r -> r.get(column).length()).toList()))
            .toArray();
    for (List<String> row : all) {
      line(
          "%s",
          IntStream.range(0, row.size())
              .mapToObj(column -> ("%-" + widths[column] + "s").formatted(row.get(column)))
              .collect(Collectors.joining("  "))
              .stripTrailing());
    }
    wrong.forEach(difference -> line("WRONG %s", difference));
  }
}
