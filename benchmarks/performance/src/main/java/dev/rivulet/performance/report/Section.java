package dev.rivulet.performance.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What one benchmark found.
 *
 * @param name by which the benchmark is called
 * @param notes what a reader of the numbers must know: settings, what was left out and why
 * @param plots drawn beside the table
 */
public record Section(
    String name, String title, List<Row> rows, List<String> notes, List<Figure> plots) {
  public Section {
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
    plots = List.copyOf(plots);
  }

  /** The same with these notes behind its own. */
  public Section with(List<String> moreNotes) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(moreNotes);
    return new Section(name, title, rows, all, plots);
  }
}
