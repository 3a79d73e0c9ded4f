package dev.rivulet.performance.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one repetition measured; programs that are measured print it as their last line of JSON.
 *
 * @param program with its version
 * @param values by name
 */
public record Measured(String program, Map<String, Double> values) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws IllegalArgumentException without a program, or with a value that is no finite number
   */
  public Measured {
    if (program == null || program.isBlank() || values == null || values.isEmpty()) {
      throw new IllegalArgumentException("a result needs a program and values");
    }
    values.forEach(Measured::requireFinite);
    values = new LinkedHashMap<>(values);
  }

  /** A result of one value. */
  public static Measured of(String program, String name, double value) {
    return new Measured(program, Map.of(name, value));
  }

  /**
   * @throws TrialFailedException if there is no such value
   */
  public double value(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new TrialFailedException("%s did not measure %s".formatted(program, name));
    }
    return value;
  }

  /** The values of that name, one per repetition. */
  public static List<Double> each(List<Measured> repetitions, String name) {
    return repetitions.stream().map(repetition -> repetition.value(name)).toList();
  }

  /** The line that {@link #parse} reads. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result cannot be written", e);
    }
  }

  /**
   * Reads the last line that begins with a brace; engines like to print other lines, too.
   *
   * @throws TrialFailedException if there is none, or it is no result
   */
  public static Measured parse(String output) {
    List<String> lines = output.lines().filter(line -> line.startsWith("{")).toList();
    if (lines.isEmpty()) {
      throw new TrialFailedException("no line of JSON in: " + output.strip());
    }
    String last = lines.get(lines.size() - 1);
    try {
      return JSON.readValue(last, Measured.class);
    } catch (JsonProcessingException e) {
      throw new TrialFailedException("not a result: " + last, e);
    }
  }

  private static void requireFinite(String name, Double value) {
    if (value == null || !Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is %s".formatted(name, value));
    }
  }
}
