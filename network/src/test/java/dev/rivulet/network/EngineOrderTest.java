package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineOrderTest {
  private static final NetworkConfig CONFIG =
      new NetworkConfig(8, List.of(1, 1), List.of(3, 2), 10);

  @Test
  void comesBackUnchanged() {
    EngineOrder order = new EngineOrder(CONFIG);
    float[] canonical = ramp();

    assertThat(order.toCanonical(order.toEngine(canonical))).isEqualTo(canonical);
    assertThat(order.toEngine(order.toCanonical(canonical))).isEqualTo(canonical);
  }

  @Test
  void putsTheFiltersOfAChannelApart() {
    float[] engine = new EngineOrder(CONFIG).toEngine(ramp());

    // channel 5's filter 2: canonical row 5·3 + 2, engine row 2·8 + 5
    assertMoved(engine, "stages.0.blocks.0.depthwise.weight", 17 * 9 + 4, 21 * 9 + 4);
    assertMoved(engine, "stages.0.blocks.0.depthwise.bias", 17, 21);
    assertMoved(engine, "stages.0.blocks.0.norm.weight", 17, 21);
    assertMoved(engine, "stages.0.blocks.0.norm.bias", 17, 21);
    assertMoved(engine, "stages.0.blocks.0.project.weight", 6 * 24 + 17, 6 * 24 + 21);
  }

  @Test
  void leavesEverythingElseInPlace() {
    float[] engine = new EngineOrder(CONFIG).toEngine(ramp());

    for (String name :
        List.of(
            "stem.conv.weight",
            "stem.norm.bias",
            "stages.1.blocks.0.project.bias",
            "stages.1.blocks.0.scale",
            "downscales.0.dense.weight",
            "downscales.0.norm.weight",
            "head.dense.weight")) {
      Parameter parameter = parameter(name);
      for (int i = 0; i < parameter.size(); i++) {
        assertMoved(engine, name, i, i);
      }
    }
  }

  private static void assertMoved(float[] engine, String name, int canonicalAt, int engineAt) {
    int offset = parameter(name).offset();
    assertThat(engine[offset + engineAt]).as(name).isEqualTo(offset + canonicalAt);
  }

  private static Parameter parameter(String name) {
    return ParameterLayout.of(CONFIG).parameters().stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] ramp() {
    float[] values = new float[CONFIG.parameterCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return values;
  }
}
