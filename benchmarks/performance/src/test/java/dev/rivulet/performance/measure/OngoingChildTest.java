package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OngoingChildTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String COUNTING =
      "echo noise; n=0; while :; do n=$((n + 32)); echo trained $n; sleep 0.01; done";

  @Test
  void countsWhatItSays() throws Exception {
    try (OngoingChild child = OngoingChild.start("sh", shell(COUNTING))) {
      child.awaitImages(96, PATIENCE);

      assertThat(child.images()).isGreaterThanOrEqualTo(96).matches(images -> images % 32 == 0);
    }
  }

  @Test
  void standsStillUntilItMayGoOn() throws Exception {
    try (OngoingChild child = OngoingChild.start("sh", shell(COUNTING))) {
      child.awaitImages(32, PATIENCE);

      child.suspend();
      // stopped by a signal
      while (!state(child).equals("T")) {
        Thread.sleep(1);
      }
      child.resume();
      child.awaitImages(child.images() + 320, PATIENCE);
    }
  }

  @Test
  void isEndedWhileItStandsStill() throws Exception {
    OngoingChild child = OngoingChild.start("sh", shell(COUNTING));
    child.awaitImages(32, PATIENCE);
    child.suspend();

    child.close();

    assertThat(ProcessHandle.of(child.pid()).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void tellsWhatItSaidWhenItEndsByItself() throws Exception {
    Child failing = shell("echo trained 32; echo no memory >&2; exit 3");
    try (OngoingChild child = OngoingChild.start("their program", failing)) {

      assertThatThrownBy(() -> child.awaitImages(64, PATIENCE))
          .isInstanceOf(TrialFailedException.class)
          .hasMessage("their program has ended with code 3: no memory");
    }
  }

  /** A letter of the kernel's. */
  private static String state(OngoingChild child) throws Exception {
    String stat = Files.readString(Path.of("/proc", String.valueOf(child.pid()), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  }

  private static Child shell(String script) {
    return new Child(List.of("/bin/sh", "-c", script), Map.of());
  }
}
