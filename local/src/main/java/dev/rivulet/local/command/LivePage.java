package dev.rivulet.local.command;

import dev.rivulet.local.progress.Terminal;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Shows the live page to whoever sits at a desktop; others get its address. */
final class LivePage {
  private static final Logger LOG = Logger.getLogger(LivePage.class.getName());
  private static final String OPENER = "xdg-open";
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final long LOOK_UP_MILLIS = 250;

  private final Map<String, String> environment;

  LivePage(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The program that opens a browser, if there is one, a desktop for it to appear on, and a person
   * who reads our output.
   */
  Optional<File> opener(Terminal terminal) {
    boolean desktop = isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
    if (!terminal.interactive() || !desktop) {
      return Optional.empty();
    }
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> new File(folder, OPENER))
        .filter(file -> file.isFile() && file.canExecute())
        .findFirst();
  }

  /** Opens it in the user's browser once there is something to see; nothing depends on that. */
  void openWhenItAnswers(File opener, String url) {
    Thread opening = new Thread(() -> awaitAndOpen(opener, url), "open-page");
    opening.setDaemon(true);
    opening.start();
  }

  private static void awaitAndOpen(File opener, String url) {
    long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
    try {
      while (!answers(url)) {
        if (System.nanoTime() - deadlineNanos > 0) {
          LOG.warning("the live page %s did not answer, so no browser was opened".formatted(url));
          return;
        }
        Thread.sleep(LOOK_UP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      new ProcessBuilder(opener.getPath(), url)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.warning(
          "no browser could be opened (%s); the live page is at %s".formatted(e.getMessage(), url));
    }
  }

  private static boolean answers(String url) {
    URI address = URI.create(url);
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      // not yet
      return false;
    }
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isBlank();
  }
}
