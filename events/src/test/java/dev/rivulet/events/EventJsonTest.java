package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.TrainingRun;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static final String RUN = text(EventJson.write(SampleEvents.requested()));

  @Test
  void leavesOutWhatIsAbsentAndWritesInstantsAsText() {
    assertThat(RUN)
        .doesNotContain("null", "startedAt", "endedAt", "message", "dataset\":{")
        .contains("\"requestedAt\":\"2026-01-31T12:00:00.123456789Z\"");
  }

  @Test
  void takesAnExplicitNullForWhatIsOptional() {
    String json = RUN.replace("\"attempt\":0", "\"attempt\":0,\"message\":null,\"dataset\":null");

    assertThat(read(json)).isEqualTo(SampleEvents.requested());
  }

  @Test
  void ignoresWhatANewerVersionAdds() {
    String json = RUN.replace("\"attempt\":0", "\"attempt\":0,\"mood\":{\"today\":[1,null,\"x\"]}");

    assertThat(read(json)).isEqualTo(SampleEvents.requested());
  }

  @Test
  void keepsNumbersThatAreNotFinite() {
    for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0}) {
      EpochCompleted epoch = SampleEvents.epoch(loss);

      assertThat(EventJson.read(EventJson.write(epoch), EpochCompleted.class)).isEqualTo(epoch);
    }
    assertThat(text(EventJson.write(new LossAndAccuracy(Double.NaN, 0))))
        .isEqualTo("{\"loss\":\"NaN\",\"accuracy\":0.0}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"run\"",
        "{",
        "{\"id\":",
        "{\"loss\":NaN,\"accuracy\":0}",
        "{\"loss\":0.5}",
        "{\"loss\":null,\"accuracy\":0}",
        "{\"loss\":\"0.5\",\"accuracy\":0}",
        "{\"loss\":true,\"accuracy\":0}",
        "{\"loss\":0.5,\"accuracy\":0} {}",
        "{\"loss\":0.5,\"accuracy\":0}x",
      })
  void refusesWhatIsNoSuchEvent(String json) {
    assertThatThrownBy(() -> EventJson.read(bytes(json), LossAndAccuracy.class))
        .isInstanceOf(EventFormatException.class)
        .hasMessageStartingWith("not a LossAndAccuracy");
  }

  @Test
  void refusesNoBytesAtAll() {
    assertThatThrownBy(() -> EventJson.read(null, TrainingRun.class))
        .isInstanceOf(EventFormatException.class)
        .hasMessage("not a TrainingRun: an empty record");
  }

  @Test
  void refusesNullWhereAnEventNeedsAValue() {
    String prediction = text(EventJson.write(SampleEvents.prediction(Optional.empty())));
    for (String field :
        new String[] {"\"label\":\"Ötzi\"", "\"run\":\"" + SampleEvents.RUN + "\""}) {
      String json = prediction.replace(field, field.substring(0, field.indexOf(':')) + ":null");

      assertThat(json).isNotEqualTo(prediction);
      assertThatThrownBy(() -> EventJson.read(bytes(json), Prediction.class))
          .isInstanceOf(EventFormatException.class);
    }
  }

  @Test
  void saysInOneLineWhichValueIsWrong() {
    String json = RUN.replace("\"epochs\":10", "\"epochs\":0");

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageStartingWith("not a TrainingRun: ")
        .hasMessageContaining("epochs 0: choose a number from 1 to 100000")
        .hasMessageNotContaining("\n");
  }

  @Test
  void boundsTheDepthOfWhatItReads() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThatThrownBy(() -> read(RUN.replace("\"attempt\":0", "\"attempt\":0,\"x\":" + deep)))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void boundsTheSizeOfWhatItReads() {
    byte[] most = bytes(RUN + " ".repeat(EventJson.MAX_EVENT_BYTES - bytes(RUN).length));
    assertThat(EventJson.read(most, TrainingRun.class)).isEqualTo(SampleEvents.requested());

    assertThatThrownBy(() -> EventJson.read(bytes(text(most) + " "), TrainingRun.class))
        .isInstanceOf(EventFormatException.class)
        .hasMessage("not a TrainingRun: 1048577 bytes; an event has at most 1048576");
  }

  @Test
  void boundsTheLengthOfANumber() {
    String json = RUN.replace("\"seed\":42", "\"seed\":" + "9".repeat(101));

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("Number value length (101)");
  }

  @Test
  void boundsTheLengthOfATextAndOfAName() {
    String longest = "x".repeat(1 << 18);
    String run = RUN.replace("\"attempt\":0", "\"attempt\":0,\"message\":\"%s\"");
    assertThat(read(run.formatted(longest)).message()).contains(longest);
    assertThatThrownBy(() -> read(run.formatted(longest + "x")))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("String value length (262145)");

    String named = RUN.replace("\"attempt\":0", "\"attempt\":0,\"" + "x".repeat(1_001) + "\":0");
    assertThatThrownBy(() -> read(named))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("Name length (1001)");
  }

  /** Names of classes in JSON must stay data. */
  @Test
  void makesNoObjectsThatTheJsonAsksFor() {
    String json =
        RUN.replace(
            "\"plan\":{",
            "\"@class\":\"java.util.ArrayList\",\"plan\":{\"@type\":\"java.io.File\",");
    assertThat(read(json)).isEqualTo(SampleEvents.requested());

    String wrapped = RUN.replace("\"plan\":{", "\"plan\":[\"java.io.File\",{").replace("}", "}]");
    assertThatThrownBy(() -> read(wrapped)).isInstanceOf(EventFormatException.class);
  }

  private static TrainingRun read(String json) {
    return EventJson.read(bytes(json), TrainingRun.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
