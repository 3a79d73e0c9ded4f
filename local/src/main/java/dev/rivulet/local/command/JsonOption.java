package dev.rivulet.local.command;

import dev.rivulet.local.progress.Terminal;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option of every command that prints a result: whether it is for machines. */
public final class JsonOption {
  @Option(
      names = "--json",
      description =
          "Print the result as one JSON document; everything else goes to standard error.")
  private boolean json;

  ResultFormat format() {
    return json ? ResultFormat.JSON : ResultFormat.TEXT;
  }

  /** Prints one or the other. */
  void print(Terminal terminal, Object result, Supplier<String> text) {
    if (json) {
      terminal.printJson(ResultFormat.json(result));
    } else {
      terminal.print(text.get());
    }
  }
}
