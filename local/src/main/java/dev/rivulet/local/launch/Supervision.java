package dev.rivulet.local.launch;

import dev.rivulet.local.CommandFailedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts a process again that ended unasked; all of them go on exactly where they stopped.
 *
 * <p>One that keeps ending is given up.
 */
final class Supervision {
  static final int MOST_RESTARTS = 3;
  static final Duration WINDOW = Duration.ofMinutes(5);

  private final Clock clock;
  private final Consumer<String> notices;
  private final Map<String, Deque<Instant>> restarts = new HashMap<>();

  Supervision(Clock clock, Consumer<String> notices) {
    this.clock = clock;
    this.notices = notices;
  }

  /**
   * Looks after one child.
   *
   * @return whether it was started again
   * @throws CommandFailedException if it ended too often, with the last lines of its log
   */
  boolean check(ChildProcess child) {
    if (child.isAlive()) {
      return false;
    }
    Instant now = clock.instant();
    Deque<Instant> recent = restarts.computeIfAbsent(child.name(), name -> new ArrayDeque<>());
    while (!recent.isEmpty() && recent.peekFirst().isBefore(now.minus(WINDOW))) {
      recent.removeFirst();
    }
    if (recent.size() == MOST_RESTARTS) {
      throw new CommandFailedException(
          "%s ended %d times within %d minutes, the last time with code %d; its log %s ends with%n%s"
              .formatted(
                  child.name(),
                  MOST_RESTARTS + 1,
                  WINDOW.toMinutes(),
                  child.exitCode(),
                  child.log(),
                  child.lastLines()));
    }
    recent.addLast(now);
    notices.accept(
        "%s ended with code %d and is started again (log: %s)"
            .formatted(child.name(), child.exitCode(), child.log()));
    child.restart();
    return true;
  }
}
