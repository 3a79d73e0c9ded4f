package dev.rivulet.performance.report;

import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.Quantity;
import dev.rivulet.performance.measure.Statistics;
import java.util.Collections;
import java.util.List;

/**
 * One quantity of one program.
 *
 * @param program as people know it; the version comes along where there is one
 * @param values one per round
 */
public record Reading(String program, String unit, List<Double> values) {
  public Reading {
    values = List.copyOf(values);
  }

  /** The value of that name in each repetition. */
  public static Reading of(List<Measured> repetitions, String name, String unit) {
    return new Reading(repetitions.get(0).program(), unit, Measured.each(repetitions, name));
  }

  /** The quantity, of all that the repetitions have, with the highest median. */
  public static Reading best(List<Measured> repetitions, String unit) {
    Measured first = repetitions.get(0);
    String best =
        Collections.max(
            first.values().keySet(),
            (a, b) ->
                Double.compare(
                    Statistics.median(Measured.each(repetitions, a)),
                    Statistics.median(Measured.each(repetitions, b))));
    return new Reading(
        "%s, %s".formatted(first.program(), best), unit, Measured.each(repetitions, best));
  }

  /** The same in another unit. */
  public Reading times(double factor, String otherUnit) {
    return new Reading(program, otherUnit, values.stream().map(v -> v * factor).toList());
  }

  /** The same under another name. */
  public Reading as(String otherProgram) {
    return new Reading(otherProgram, unit, values);
  }

  public double median() {
    return Statistics.median(values);
  }

  /** The median with its unit. */
  public String text() {
    return Quantity.text(median()) + " " + unit;
  }

  /** The smallest and the largest value, with the unit; a single value has no range. */
  public String range() {
    return values.size() == 1
        ? ""
        : "%s to %s"
            .formatted(
                Quantity.text(Collections.min(values)), Quantity.text(Collections.max(values)));
  }
}
