package dev.rivulet.local.command;

import dev.rivulet.local.progress.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * What a user has typed, and what came of it.
 *
 * @param out standard output
 * @param notes what was told meanwhile on standard error
 * @param err the failure on standard error
 */
record Typed(int exitCode, String out, String notes, String err) {

  /** Runs a command on a data folder, in this process, without a terminal. */
  static Typed run(Path data, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    StringWriter errors = new StringWriter();
    Terminal terminal = new Terminal(stream(out), stream(notes), false, false, true, 100);
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--data", data.toString()));
    RivuletCommand root = new RivuletCommand(terminal, environment);
    CommandErrors handler = new CommandErrors(root);
    int exitCode =
        new CommandLine(root)
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(errors, true))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(handler)
            .setExecutionExceptionHandler(handler)
            .execute(all.toArray(String[]::new));
    return new Typed(exitCode, text(out), text(notes), errors.toString());
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
