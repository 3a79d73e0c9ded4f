package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void givesStandardOutputAndTheEnvironment() throws InterruptedException {
    Child child = shell("echo \"$A $B\"; echo noise >&2").with(Map.of("A", "1", "B", "2"));

    assertThat(child.output(PATIENCE)).isEqualTo("1 2\n");
  }

  @Test
  void readsTheResultOfAProgram() throws InterruptedException {
    Child child = shell("echo '{\"program\": \"sh\", \"values\": {\"rate\": 3}}'");

    assertThat(child.measure(PATIENCE)).isEqualTo(Measured.of("sh", "rate", 3));
  }

  @Test
  void tellsTheEndOfWhatAProgramSaidThatFails() {
    assertThatThrownBy(() -> shell("echo no such option >&2; exit 3").output(PATIENCE))
        .isInstanceOf(TrialFailedException.class)
        .hasMessage("exit code 3: no such option");
  }

  @Test
  void endsAProgramThatTakesTooLong() {
    assertThatThrownBy(() -> shell("exec sleep 600").output(Duration.ofMillis(200)))
        .isInstanceOf(TrialFailedException.class)
        .hasMessageContaining("not done");
  }

  @Test
  void tellsOfAProgramThatIsNotThere() {
    assertThatThrownBy(() -> new Child(List.of("/no/such/program"), Map.of()).output(PATIENCE))
        .isInstanceOf(TrialFailedException.class)
        .hasMessageContaining("/no/such/program cannot be started");
  }

  @Test
  void saysHowToInstallWhatPythonLacks() throws InterruptedException {
    assertThat(new Python("/no/such/python").missing("torch", "torch"))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("/no/such/python -m pip install torch", "cannot be started"));
    // any program that succeeds is taken for a Python that could import it
    assertThat(new Python("true").missing("torch", "torch")).isEmpty();
  }

  private static Child shell(String script) {
    return new Child(List.of("/bin/sh", "-c", script), Map.of());
  }
}
