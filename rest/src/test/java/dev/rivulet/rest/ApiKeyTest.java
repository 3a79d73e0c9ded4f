package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  private static final String KEY = "a-key.of_20~chars+/=";

  @Test
  void isItselfAndNothingElse() {
    ApiKey key = new ApiKey(KEY);
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
    assertThatThrownBy(() -> new ApiKey(bad))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("rivulet.api-key (RIVULET_API_KEY): it ")
        .hasMessageContaining("use 16 or more letters and digits")
        .hasMessageNotContaining(bad.isBlank() ? "\t" : bad);
  }

  @Test
  void showsNothingOfItself() {
    assertThat(new ApiKey(KEY).toString()).doesNotContain(KEY);
  }
}
