package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  private static final String SOURCE = "rivulet.api-key (RIVULET_API_KEY)";
  private static final String KEY = "a-key.of_20~chars+/=";

  @Test
  void isItselfAndNothingElse() {
    ApiKey key = new ApiKey(KEY, SOURCE);
    assertThat(key.is(KEY)).isTrue();
    assertThat(key.is("")).isFalse();
    assertThat(key.is(KEY + "=")).isFalse();
    assertThat(key.is(KEY.substring(0, 16))).isFalse();
    assertThat(key.is(KEY.toUpperCase(Locale.ROOT))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "\t \t",
        "fifteen-letters",
        "sixteen letters!",
        "sechzehn-Zeichön",
        "=key-of-20-letters=="
      })
  void refusesWhatIsGuessedOrCannotBeSentAndDoesNotRepeatIt(String bad) {
    assertThatThrownBy(() -> new ApiKey(bad, SOURCE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("rivulet.api-key (RIVULET_API_KEY): it ")
        .hasMessageContaining("use 16 or more letters and digits")
        .hasMessageNotContaining(bad.isBlank() ? "\t" : bad);
  }

  @Test
  void showsNothingOfItself() {
    assertThat(new ApiKey(KEY, SOURCE).toString()).doesNotContain(KEY);
  }

  private record Settings(Optional<String> apiKey, Optional<Path> apiKeyFile, boolean apiKeyWaived)
      implements ApiKeySettings {}

  @Test
  void comesFromAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("api-key"), KEY + "\n");
    assertThat(of(Optional.empty(), Optional.of(file)).orElseThrow().is(KEY)).isTrue();
    assertThat(of(Optional.of(KEY), Optional.empty()).orElseThrow().is(KEY)).isTrue();
    assertThat(of(Optional.empty(), Optional.empty())).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithTheFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("api-key"), "too-short\n");
    assertThatThrownBy(() -> of(Optional.empty(), Optional.of(file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("rivulet.api-key-file " + file + ": it is too short;")
        .hasMessageNotContaining("too-short");
    assertThatThrownBy(() -> of(Optional.of(KEY), Optional.of(file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("are both set; leave out one of them")
        .hasMessageNotContaining(KEY);
    for (Path unreadable : List.of(folder, folder.resolve("nothing"))) {
      assertThatThrownBy(() -> of(Optional.empty(), Optional.of(unreadable)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(unreadable + " cannot be read");
    }
  }

  private static Optional<ApiKey> of(Optional<String> key, Optional<Path> file) {
    return ApiKey.of(new Settings(key, file, false));
  }
}
