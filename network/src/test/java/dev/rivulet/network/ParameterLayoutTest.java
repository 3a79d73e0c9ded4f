package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {

  @Test
  void hasTheSameNamesInEveryLocale() {
    List<String> names = names();
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    try {
      assertThat("%d".formatted(1)).isEqualTo("۱");
      assertThat(names())
          .isEqualTo(names)
          .contains("stages.0.blocks.1.scale", "downscales.1.norm.bias");
      assertThat(LayerTable.of(NetworkConfig.of(16, 10)))
          .contains("stages.1.blocks.3: bottleneck, factor 4", "16×16×32");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static List<String> names() {
    return ParameterLayout.of(NetworkConfig.of(16, 10)).parameters().stream()
        .map(ParameterLayout.Parameter::name)
        .toList();
  }
}
