package dev.rivulet.local.command;

import dev.rivulet.network.LayerTable;
import dev.rivulet.network.NetworkConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Prints the network's layers. */
@Command(
    name = "summary",
    sortOptions = false,
    description = "Prints the layer table and the parameter count.")
final class SummaryCommand implements Callable<Integer> {
  private static final int CIFAR_CLASSES = 10;

  @ParentCommand private RivuletCommand root;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "32",
      description = "Channels of the first stage; ${DEFAULT-VALUE}.")
  private int width;

  @Override
  public Integer call() {
    root.terminal().print(LayerTable.of(NetworkConfig.of(width, CIFAR_CLASSES)).stripTrailing());
    return 0;
  }
}
