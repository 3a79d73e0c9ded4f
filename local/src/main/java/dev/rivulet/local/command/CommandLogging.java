package dev.rivulet.local.command;

import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.DataFolder;
import java.io.IOException;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps what the Kafka clients log away from the terminal. */
final class CommandLogging {
  // held, because a logger that nobody holds forgets its handlers
  private static final Logger ROOT = Logger.getLogger("");

  private CommandLogging() {}

  /** Nothing but what {@code --verbose} asks for. */
  static void start(RivuletCommand root) {
    LogManager.getLogManager().reset();
    ROOT.setLevel(Level.WARNING);
    if (root.verbose()) {
      add(new ConsoleHandler());
    }
  }

  /** Into {@code logs/rivulet.log} of the data folder too. */
  static void alsoInto(DataFolder folder) {
    try {
      add(new FileHandler(folder.logs().resolve("rivulet.log").toString().replace("%", "%%")));
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s cannot be written (%s); choose another folder with --data DIR"
              .formatted(folder.logs(), e),
          e);
    }
  }

  private static void add(Handler handler) {
    handler.setLevel(Level.WARNING);
    handler.setFormatter(new SimpleFormatter());
    ROOT.addHandler(handler);
  }
}
