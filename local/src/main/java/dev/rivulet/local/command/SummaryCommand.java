package dev.rivulet.local.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.network.LayerTable;
import dev.rivulet.network.NetworkConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Prints the network's layers. */
@Command(
    name = "summary",
    sortOptions = false,
    description = "Prints the layer table and the parameter count.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet summary                     the default: 170,282 parameters",
      "  ./rivulet summary --width 16 --json"
    })
final class SummaryCommand implements Callable<Integer> {
  private static final int CIFAR_CLASSES = 10;

  @ParentCommand private RivuletCommand root;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "32",
      description = "Channels of the first stage; ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--depths",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,4,2",
      description = "Bottlenecks of the three stages; ${DEFAULT-VALUE}.")
  private List<Integer> depths;

  @Mixin private JsonOption json;

  /** The network as JSON. */
  record Summary(
      @JsonProperty(required = true) int width,
      @JsonProperty(required = true) int parameters,
      @JsonProperty(required = true) List<LayerTable.Layer> layers) {}

  @Override
  public Integer call() {
    NetworkConfig config = NetworkConfig.of(width, CIFAR_CLASSES).withDepths(depths);
    json.print(
        root.terminal(),
        new Summary(width, config.parameterCount(), LayerTable.layers(config)),
        () -> LayerTable.of(config).stripTrailing());
    return 0;
  }
}
