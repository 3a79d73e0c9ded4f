package dev.rivulet.local.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ImageOutcomeTest {
  @Test
  void isOneLineWhateverTheFileIsCalled() {
    ImageOutcome outcome =
        ImageOutcome.rejected(Path.of("a\u001b]0;title\u0007\nb.png"), "no\rimage");

    assertThat(outcome.line())
        .isEqualTo("a\uFFFD]0;title\uFFFD\uFFFDb.png: rejected: no\uFFFDimage");
    assertThat(outcome.file()).isEqualTo("a\u001b]0;title\u0007\nb.png");
  }
}
