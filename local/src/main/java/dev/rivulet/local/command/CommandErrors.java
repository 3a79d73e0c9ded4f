package dev.rivulet.local.command;

import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.progress.PlainText;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes every failure one line on standard error that says what to do, and an exit code. */
public final class CommandErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  public static final int FAILURE = 1;
  static final int USAGE = 2;

  private final RivuletCommand root;

  public CommandErrors(RivuletCommand root) {
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    PrintWriter err = e.getCommandLine().getErr();
    err.println(
        "rivulet: %s; see ./%s --help"
            .formatted(PlainText.line(firstLine(e.getMessage())) + suggestion(e), command));
    return USAGE;
  }

  private static String suggestion(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> known = unmatched.getSuggestions();
      return known.isEmpty() ? "" : ", did you mean %s?".formatted(String.join(" or ", known));
    }
    return "";
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    err.println("rivulet: " + PlainText.lines(message(e)));
    if (root.verbose()) {
      e.printStackTrace(err);
    }
    return e instanceof IllegalArgumentException ? USAGE : FAILURE;
  }

  private static String message(Exception e) {
    boolean forUsers =
        e instanceof CommandFailedException
            || e instanceof IllegalArgumentException
            || e instanceof TopicConflictException;
    if (forUsers) {
      return e.getMessage();
    }
    String what = firstLine(e.getMessage() == null ? e.toString() : e.getMessage());
    return e instanceof KafkaException
        ? "Kafka: %s; --verbose shows more".formatted(what)
        : "unexpected: %s: %s; --verbose shows more".formatted(e.getClass().getSimpleName(), what);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
