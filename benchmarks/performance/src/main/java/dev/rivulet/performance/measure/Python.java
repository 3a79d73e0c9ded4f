package dev.rivulet.performance.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Python that runs the peers which are written in it.
 *
 * @param command its name or path
 */
public record Python(String command) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * Why a package cannot be used, and how to install it; nothing if it can.
   *
   * @param module the name it is imported by
   * @param distribution the name it is installed by
   */
  public Optional<String> missing(String module, String distribution) throws InterruptedException {
    try {
      script("-c", "import " + module).output(PATIENCE);
      return Optional.empty();
    } catch (TrialFailedException e) {
      return Optional.of(
          "%s cannot import %s; install it with '%s -m pip install %s', or choose a Python that has it with --python (%s)"
              .formatted(command, module, command, distribution, lastOf(e.getMessage())));
    }
  }

  /** A script of that Python. */
  public Child script(String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    return new Child(all, Map.of());
  }

  private static String lastOf(String message) {
    return message.substring(message.lastIndexOf('|') + 1).strip();
  }
}
