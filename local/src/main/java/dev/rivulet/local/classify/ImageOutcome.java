package dev.rivulet.local.classify;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.local.progress.PlainText;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of one file: a prediction, or a reason why not, or neither in time.
 *
 * @param error of a rejected image, for people
 */
public record ImageOutcome(
    @JsonProperty(required = true) String file,
    Optional<Prediction> prediction,
    Optional<String> error) {

  static ImageOutcome predicted(Path file, Prediction prediction) {
    return new ImageOutcome(file.toString(), Optional.of(prediction), Optional.empty());
  }

  static ImageOutcome rejected(Path file, String error) {
    return new ImageOutcome(file.toString(), Optional.empty(), Optional.of(error));
  }

  static ImageOutcome none(Path file) {
    return new ImageOutcome(file.toString(), Optional.empty(), Optional.empty());
  }

  /** The outcome as one line. */
  public String line() {
    String line =
        prediction
            .map(
                found ->
                    String.format(
                        Locale.ROOT,
                        "%s: %s %.1f%% (run %s, epoch %d)",
                        file,
                        found.label(),
                        100 * found.confidence(),
                        found.model().run(),
                        found.model().epoch()))
            .orElseGet(
                () ->
                    file
                        + ": "
                        + error.map(why -> "rejected: " + why).orElse("no outcome in time"));
    return PlainText.line(line);
  }
}
