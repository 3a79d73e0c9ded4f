package dev.rivulet.local.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Trains one run, here or in an existing cluster, and ends with it. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains one run and prints the table of its epochs; exit code 0 if it finished.",
      "Starts a broker and the services on this machine, or uses the cluster that --bootstrap names."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet train --epochs 3 --width 16           CIFAR-10, small and short",
      "  ./rivulet train --dataset photos/ --epochs 20   one sub-folder per class",
      "  ./rivulet train --resume                        the rest of the last run",
      "  ./rivulet train --json >run.json                the epochs for machines",
      "  ./rivulet train --bootstrap kafka:9092          in an existing cluster"
    })
final class TrainCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private RunOptions run;
  @Mixin private LaunchOptions launch;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    return root.bootstrap().isPresent()
        ? new ClusterTraining(root, run, launch, json.format()).train()
        : new LocalTraining(root, run, launch, json.format()).train();
  }
}
