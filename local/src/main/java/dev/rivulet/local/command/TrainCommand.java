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
    })
final class TrainCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private RunOptions run;
  @Mixin private LaunchOptions launch;

  @Override
  public Integer call() throws InterruptedException {
    return root.bootstrap().isPresent()
        ? new ClusterTraining(root, run, launch).train()
        : new LocalTraining(root, run, launch).train();
  }
}
