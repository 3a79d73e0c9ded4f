package dev.rivulet.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets processes stand still for a while ({@code SIGSTOP}). Those that still do when this process
 * ends go on, and can notice its end.
 */
public final class Suspension {
  private static final Set<Long> SUSPENDED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Suspension::resumeAll, "resume"));
  }

  private Suspension() {}

  /**
   * @throws IOException if one of them is gone, or not ours
   */
  public static void suspend(Collection<Long> pids) throws IOException, InterruptedException {
    SUSPENDED.addAll(pids);
    signal("STOP", pids);
  }

  /**
   * Lets them go on; to those that do it says nothing.
   *
   * @throws IOException if one of them is gone, or not ours
   */
  public static void resume(Collection<Long> pids) throws IOException, InterruptedException {
    signal("CONT", pids);
    SUSPENDED.removeAll(pids);
  }

  private static void resumeAll() {
    for (long pid : SUSPENDED) {
      try {
        signal("CONT", List.of(pid));
      } catch (IOException e) {
        System.err.println("process " + pid + " may stand still: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void signal(String name, Collection<Long> pids)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    pids.forEach(pid -> command.add(String.valueOf(pid)));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("%s ended with code %d".formatted(String.join(" ", command), code));
    }
  }
}
