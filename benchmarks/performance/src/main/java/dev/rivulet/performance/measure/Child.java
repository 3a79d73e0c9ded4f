package dev.rivulet.performance.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program to run once, in a process of its own.
 *
 * @param environment in addition to this process's own
 */
public record Child(List<String> command, Map<String, String> environment) {
  private static final int TAIL_LINES = 8;

  public Child {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The same with more variables. */
  public Child with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Child(command, all);
  }

  /** Runs it and reads its result. */
  public Measured measure(Duration patience) throws InterruptedException {
    return Measured.parse(output(patience));
  }

  /**
   * Runs it.
   *
   * @return what it wrote to its standard output
   * @throws TrialFailedException if it cannot be started, fails, or is not done in time; then with
   *     the end of what it said
   */
  public String output(Duration patience) throws InterruptedException {
    try {
      Path out = Files.createTempFile("rivulet-child", ".out");
      Path err = Files.createTempFile("rivulet-child", ".err");
      try {
        return output(patience, out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no room for the output of " + command.get(0), e);
    }
  }

  private String output(Duration patience, Path out, Path err)
      throws IOException, InterruptedException {
    Process process = start(ProcessBuilder.Redirect.to(out.toFile()), err);
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TrialFailedException(
            "not done after %d s: %s".formatted(patience.toSeconds(), tail(err)));
      }
    } finally {
      // some have processes of their own that compile for them
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new TrialFailedException(
          "exit code %d: %s".formatted(process.exitValue(), tail(err, out)));
    }
    return read(out);
  }

  Process start(ProcessBuilder.Redirect out, Path err) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(out).redirectError(err.toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new TrialFailedException(
          "%s cannot be started: %s".formatted(command.get(0), e.getMessage()), e);
    }
  }

  /** The last lines of the first file that has any. */
  static String tail(Path... files) {
    for (Path file : files) {
      List<String> lines = read(file).lines().filter(line -> !line.isBlank()).toList();
      if (!lines.isEmpty()) {
        return String.join(
            " | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
      }
    }
    return "it said nothing";
  }

  private static String read(Path file) {
    try {
      // not strict: a program may have been killed within a character
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
