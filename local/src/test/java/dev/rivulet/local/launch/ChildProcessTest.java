package dev.rivulet.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.local.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path logs;

  /** Says that it lives, then waits for its end. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) throws InterruptedException {
      ParentWatch.start(Duration.ZERO);
      System.out.println("alive");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** Ends at once. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] args) {
      System.out.println("cannot go on");
      System.exit(3);
    }
  }

  @Test
  void endsWhenAskedToAndKeepsTheLastLog() throws Exception {
    Files.writeString(logs.resolve("child.log"), "the session before");
    ChildProcess child = ChildProcess.start(spec(Waiting.class), logs);
    awaitLine(child, "alive");

    child.requestStop();

    assertThat(child.awaitEnd(PATIENCE)).isTrue();
    assertThat(child.exitCode()).isZero();
    assertThat(logs.resolve("child.previous.log")).hasContent("the session before");
  }

  @Test
  void letsOthersGoBeforeItIfItIsNice() throws Exception {
    ChildProcess child = ChildProcess.start(spec(Waiting.class).nice(7), logs);
    awaitLine(child, "alive");

    assertThat(niceness(child)).isEqualTo(niceness(ProcessHandle.current()) + 7);
    child.requestStop();
    assertThat(child.awaitEnd(PATIENCE)).isTrue();
  }

  @Test
  void leavesSignalsToTheLauncher() throws Exception {
    ChildProcess child = ChildProcess.start(spec(Waiting.class), logs);
    awaitLine(child, "alive");
    ProcessHandle handle = child.identity().handle().orElseThrow();

    handle.destroy();

    assertThatThrownBy(() -> handle.onExit().get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    child.requestStop();
    assertThat(child.awaitEnd(PATIENCE)).isTrue();
  }

  @Test
  void endsByForceWhatDoesNotEndInTime() throws Exception {
    ChildProcess child = ChildProcess.start(spec(Waiting.class), logs);

    assertThat(child.awaitEnd(Duration.ofMillis(1))).isFalse();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void isStartedAgainAFewTimesOnly() throws Exception {
    List<String> notices = new ArrayList<>();
    Supervision supervision = new Supervision(Clock.systemUTC(), notices::add);
    ChildProcess child = ChildProcess.start(spec(Failing.class), logs);
    for (int restart = 0; restart < Supervision.MOST_RESTARTS; restart++) {
      assertThat(child.awaitEnd(PATIENCE)).isTrue();
      assertThat(supervision.check(child)).isTrue();
    }
    assertThat(child.awaitEnd(PATIENCE)).isTrue();

    assertThatThrownBy(() -> supervision.check(child))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContainingAll("child ended 4 times", "code 3", "cannot go on");
    assertThat(notices).hasSize(Supervision.MOST_RESTARTS);
  }

  private static int niceness(ChildProcess child) throws Exception {
    return niceness(child.identity().handle().orElseThrow());
  }

  /** As the kernel tells it. */
  private static int niceness(ProcessHandle process) throws Exception {
    String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
    String[] behindTheName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(behindTheName[16]);
  }

  private static ChildSpec spec(Class<?> main) {
    return new ChildSpec(
        "child",
        List.of("-Xmx16m", "-XX:TieredStopAtLevel=1"),
        System.getProperty("java.class.path"),
        main.getName(),
        List.of(),
        Map.of(),
        0);
  }

  private static void awaitLine(ChildProcess child, String line) throws Exception {
    while (!child.lastLines().contains(line)) {
      assertThat(child.isAlive()).as(child.lastLines()).isTrue();
      Thread.sleep(50);
    }
  }
}
