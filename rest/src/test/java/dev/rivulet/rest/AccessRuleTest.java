package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRuleTest {
  private static final String KEY = "0123456789abcdef";

  private record Settings(Optional<String> apiKey, Optional<Path> apiKeyFile, boolean apiKeyWaived)
      implements ApiKeySettings {}

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
  void needsNoKeyWhereOnlyThisMachineReachesIt(String host) {
    AccessRule rule = rule(Optional.empty(), false, host);
    assertThatCode(() -> rule.check(new StartupEvent())).doesNotThrowAnyException();
    assertThat(rule.key()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no such host"})
  void doesNotStartWhereOthersReachItWithoutAKey(String host) {
    AccessRule rule = rule(Optional.empty(), false, host);
    assertThatThrownBy(() -> rule.check(new StartupEvent()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("others can reach " + host + ": set RIVULET_API_KEY")
        .hasMessageNotContaining("\n");
  }

  @Test
  void startsThereWithAKeyOrIfThatIsWaived() {
    AccessRule keyed = rule(Optional.of(KEY), false, "0.0.0.0");
    assertThatCode(() -> keyed.check(new StartupEvent())).doesNotThrowAnyException();
    assertThat(keyed.key()).isPresent();
    AccessRule waived = rule(Optional.empty(), true, "0.0.0.0");
    assertThatCode(() -> waived.check(new StartupEvent())).doesNotThrowAnyException();
  }

  @Test
  void waivingDoesNotOpenWhatHasAKey() {
    assertThat(rule(Optional.of(KEY), true, "0.0.0.0").key()).isPresent();
  }

  private static AccessRule rule(Optional<String> key, boolean waived, String host) {
    return new AccessRule(new Settings(key, Optional.empty(), waived), host);
  }
}
