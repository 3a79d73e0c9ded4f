package dev.rivulet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a network as a table: one line per layer with its output shape and parameter count. */
public final class LayerTable {
  private static final String ROW = "%-52s %-16s %,12d%n";
  private static final String HEADING = "%-52s %-16s %12s%n";

  /**
   * One layer.
   *
   * @param name what the names of its parameters begin with
   * @param outputShape height × width × channels, or the number of logits
   */
  public record Layer(String name, String description, String outputShape, int parameters) {}

  private LayerTable() {}

  /** The table as text, ending with the total and a newline; needs no engine. */
  public static String of(NetworkConfig config) {
    StringBuilder table = new StringBuilder();
    table.append(String.format(Locale.ROOT, HEADING, "layer", "output shape", "parameters"));
    for (Layer layer : layers(config)) {
      String name = layer.name + ": " + layer.description;
      table.append(String.format(Locale.ROOT, ROW, name, layer.outputShape, layer.parameters));
    }
    return table
        .append(String.format(Locale.ROOT, ROW, "total", "", config.parameterCount()))
        .toString();
  }

  /** The same, layer by layer. */
  public static List<Layer> layers(NetworkConfig config) {
    List<Layer> layers = new ArrayList<>();
    layers.add(layer(config, "stem", "conv 4×4, layer norm", map(config, 0)));
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        layers.add(
            layer(
                config,
                "downscales." + (stage - 1),
                "dense, max-pool 2×2, layer norm",
                map(config, stage)));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        layers.add(
            layer(
                config,
                "stages." + stage + ".blocks." + block,
                "bottleneck, factor " + config.factors().get(stage),
                map(config, stage)));
      }
    }
    layers.add(
        layer(
            config,
            "head",
            "average pool, layer norm, ReLU, dense",
            String.valueOf(config.classes())));
    return layers;
  }

  private static String map(NetworkConfig config, int stage) {
    return config.side(stage) + "×" + config.side(stage) + "×" + config.channels(stage);
  }

  private static Layer layer(
      NetworkConfig config, String name, String description, String outputShape) {
    int parameters =
        ParameterLayout.of(config).parameters().stream()
            .filter(parameter -> parameter.name().startsWith(name + "."))
            .mapToInt(ParameterLayout.Parameter::size)
            .sum();
    return new Layer(name, description, outputShape, parameters);
  }
}
