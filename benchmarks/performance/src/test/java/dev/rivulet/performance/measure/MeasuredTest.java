package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredTest {

  @Test
  void readsTheLastLineOfJsonAmongOthers() {
    Measured measured =
        Measured.parse(
            """
            oneDNN custom operations are on.
            {"program": "warm-up", "values": {"images/s": 1}}
            {"program": "PyTorch 2.13.0 eager", "values": {"images/s": 78.25}}
            """);

    assertThat(measured.program()).isEqualTo("PyTorch 2.13.0 eager");
    assertThat(measured.value("images/s")).isEqualTo(78.25);
  }

  @Test
  void readsWhatItWrites() {
    Measured measured = new Measured("Rivulet", Map.of("batch 8", 400.5, "batch 32", 0.1));

    assertThat(Measured.parse(measured.toJson())).isEqualTo(measured);
  }

  @Test
  void refusesWhatIsNoResult() {
    assertThatThrownBy(() -> Measured.parse("out of memory\n"))
        .isInstanceOf(TrialFailedException.class)
        .hasMessageContaining("out of memory");
    assertThatThrownBy(() -> Measured.parse("{\"program\": \"x\"}"))
        .isInstanceOf(TrialFailedException.class);
    assertThatThrownBy(() -> Measured.parse("{\"program\": \"x\", \"values\": {\"a\": NaN}}"))
        .isInstanceOf(TrialFailedException.class);
    assertThatThrownBy(() -> Measured.of("x", "rate", 1.0 / 0.0)).hasMessageContaining("Infinity");
  }

  @Test
  void saysWhatWasNotMeasured() {
    assertThatThrownBy(() -> Measured.of("x", "rate", 1).value("seconds"))
        .hasMessage("x did not measure seconds");
  }
}
