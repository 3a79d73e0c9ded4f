package dev.rivulet.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
  @Test
  void listensOnTheSameAddressesInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    try {
      assertThat("%d".formatted(1)).isEqualTo("۱");
      assertThat(BrokerSettings.of(Path.of("kafka"), 9092, 9093, Map.of()))
          .containsEntry("listeners", "CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093");
    } finally {
      Locale.setDefault(before);
    }
  }
}
