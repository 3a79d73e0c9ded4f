package dev.rivulet.local;

import dev.rivulet.local.command.CommandErrors;
import dev.rivulet.local.command.RivuletCommand;
import dev.rivulet.local.progress.Terminal;
import picocli.CommandLine;

/** The command line: {@code ./rivulet up | train | classify | runs | models | …}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    CommandLine commandLine = commandLine(Terminal.standard());
    RivuletCommand root = commandLine.getCommand();
    int code = CommandErrors.FAILURE;
    try {
      code = commandLine.execute(args);
    } finally {
      root.ended(code);
    }
    System.exit(code);
  }

  /** The commands, printing to the given terminal; errors go to standard error. */
  public static CommandLine commandLine(Terminal terminal) {
    RivuletCommand root = new RivuletCommand(terminal);
    CommandErrors errors = new CommandErrors(root);
    return new CommandLine(root)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }
}
