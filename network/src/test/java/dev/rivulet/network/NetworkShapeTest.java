package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkShapeTest {

  @Test
  void tellsTheNetworkFromItsTensors() {
    for (NetworkConfig config :
        List.of(
            NetworkConfig.of(16, 10),
            new NetworkConfig(8, List.of(1), List.of(3), 2),
            new NetworkConfig(24, List.of(1, 2, 3, 1), List.of(1, 8, 2, 4), 1000))) {
      SafeTensors bare =
          SafeTensors.of(
              NamedTensors.split(config, "", new float[config.parameterCount()]), Map.of());

      assertThat(NetworkShape.of(bare)).isEqualTo(config);
    }
  }

  @Test
  void refusesTensorsOfAnotherNetwork() {
    assertRefused(SafeTensors.of(List.of(), Map.of()), "no tensor stem.conv.weight");
    assertRefused(one("stem.conv.weight"), "single number");
    NetworkConfig config = NetworkConfig.of(16, 10);
    List<Tensor> withoutBlocks =
        NamedTensors.split(config, "", new float[config.parameterCount()]).stream()
            .filter(tensor -> !tensor.name().startsWith("stages"))
            .toList();
    assertRefused(SafeTensors.of(withoutBlocks, Map.of()), "1 to 4 stages");
  }

  private static void assertRefused(SafeTensors tensors, String why) {
    assertThatThrownBy(() -> NetworkShape.of(tensors))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(why);
  }

  private static SafeTensors one(String name) {
    return SafeTensors.of(List.of(Tensor.ofFloats(name, new float[1])), Map.of());
  }
}
