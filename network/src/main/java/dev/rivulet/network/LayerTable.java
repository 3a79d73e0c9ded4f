package dev.rivulet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a network as a table: one line per layer with its output shape and parameter count. */
public final class LayerTable {
  private static final String ROW = "%-52s %-16s %,12d%n";
  private static final String HEADING = "%-52s %-16s %12s%n";

  /** One layer; parameters belong to the layer whose name their own names begin with. */
  private record Layer(String prefix, String description, int side, int channels) {

    String shape() {
      return side == 0 ? "%d".formatted(channels) : "%d×%d×%d".formatted(side, side, channels);
    }
  }

  private LayerTable() {}

  /** The table as text, ending with the total and a newline; needs no engine. */
  public static String of(NetworkConfig config) {
    ParameterLayout layout = ParameterLayout.of(config);
    StringBuilder table = new StringBuilder();
    table.append(String.format(Locale.ROOT, HEADING, "layer", "output shape", "parameters"));
    for (Layer layer : layers(config)) {
      int parameters =
          layout.parameters().stream()
              .filter(parameter -> parameter.name().startsWith(layer.prefix + "."))
              .mapToInt(ParameterLayout.Parameter::size)
              .sum();
      String name = layer.prefix + ": " + layer.description;
      table.append(String.format(Locale.ROOT, ROW, name, layer.shape(), parameters));
    }
    return table.append(String.format(Locale.ROOT, ROW, "total", "", layout.size())).toString();
  }

  private static List<Layer> layers(NetworkConfig config) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("stem", "conv 4×4, layer norm", NetworkConfig.IMAGE_SIDE, config.width()));
    for (int stage = 0; stage < config.stages(); stage++) {
      int side = config.side(stage);
      int channels = config.channels(stage);
      if (stage > 0) {
        layers.add(
            new Layer(
                "downscales.%d".formatted(stage - 1),
                "dense, max-pool 2×2, layer norm",
                side,
                channels));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        layers.add(
            new Layer(
                "stages.%d.blocks.%d".formatted(stage, block),
                "bottleneck, factor %d".formatted(config.factors().get(stage)),
                side,
                channels));
      }
    }
    layers.add(new Layer("head", "average pool, layer norm, ReLU, dense", 0, config.classes()));
    return layers;
  }
}
