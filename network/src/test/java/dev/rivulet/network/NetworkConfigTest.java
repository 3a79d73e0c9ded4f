package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkConfigTest {

  @Test
  void hasThePublishedParameterCounts() {
    assertThat(NetworkConfig.of(32, 10).parameterCount()).isEqualTo(170_282);
    assertThat(NetworkConfig.of(16, 10).parameterCount()).isEqualTo(48_794);
  }

  @Test
  void comesBackFromItsMetadata() {
    NetworkConfig config = new NetworkConfig(24, List.of(1, 3), List.of(5, 2), 7);

    assertThat(NetworkConfig.fromMetadata(blob(config.toMetadata()))).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(ints = {-8, 0, 4, 12, 33, 136})
  void refusesOtherWidths(int width) {
    assertThatThrownBy(() -> NetworkConfig.of(width, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width must be a multiple of 8 from 8 to 128, not " + width);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1001})
  void refusesOtherNumbersOfClasses(int classes) {
    assertThatThrownBy(() -> NetworkConfig.of(32, classes))
        .hasMessageContaining("classes must be from 2 to 1000");
  }

  @Test
  void refusesStagesThatDoNotMatch() {
    assertThatThrownBy(() -> new NetworkConfig(8, List.of(1, 1), List.of(2), 10))
        .hasMessageContaining("depths and factors must both list 1 to 4 stages");
    assertThatThrownBy(() -> new NetworkConfig(8, List.of(0), List.of(2), 10))
        .hasMessageContaining("every depth");
    assertThatThrownBy(() -> new NetworkConfig(8, List.of(1), List.of(9), 10))
        .hasMessageContaining("every factor");
  }

  @ParameterizedTest
  @CsvSource({
    "architecture, resnet, architecture is 'resnet'",
    "width, wide, unusable network metadata",
    "width, 7, width must be a multiple of 8",
    "depths, '2,,2', unusable network metadata",
    "classes, , no metadata classes",
  })
  void refusesMetadataOfAnotherKind(String key, String value, String message) {
    Map<String, String> metadata = new HashMap<>(NetworkConfig.of(32, 10).toMetadata());
    metadata.computeIfPresent(key, (unused, old) -> value);

    assertThatThrownBy(() -> NetworkConfig.fromMetadata(blob(metadata)))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(message);
  }

  private static SafeTensors blob(Map<String, String> metadata) {
    return SafeTensors.of(List.of(), metadata);
  }
}
