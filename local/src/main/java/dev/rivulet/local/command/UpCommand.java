package dev.rivulet.local.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Starts everything on this machine, trains, and serves until it is stopped. */
@Command(
    name = "up",
    sortOptions = false,
    description = {
      "Starts a broker and the services on this machine, trains, and serves every checkpoint.",
      "The live page at its address shows all of it; on a desktop it opens by itself.",
      "Ctrl-C stops cleanly and saves the model; an interrupted run goes on at the next start."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet up                                 train CIFAR-10 and serve it",
      "  ./rivulet up --dataset shapes --epochs 3     the built-in data set",
      "  ./rivulet up --resume 20260131-174502-9f3c   go on with a stopped run",
      "  ./rivulet up --data /big/disk --port 8090    another folder and port"
    })
final class UpCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private RunOptions run;
  @Mixin private LaunchOptions launch;

  @Option(names = "--no-open", description = "Do not open the live page in a browser.")
  private boolean closed;

  @Override
  public Integer call() throws InterruptedException {
    if (root.bootstrap().isPresent()) {
      throw new IllegalArgumentException(
          "up starts its own broker, but --bootstrap or KAFKA_BOOTSTRAP_SERVERS names %s; leave that out, or use train to train in that cluster"
              .formatted(root.bootstrap().get()));
    }
    return new LocalTraining(root, run, launch, ResultFormat.TEXT).upUntilStopped(this::show);
  }

  private void show(String url) {
    LivePage page = new LivePage(System.getenv());
    if (!closed) {
      page.opener(root.terminal()).ifPresent(opener -> page.openWhenItAnswers(opener, url));
    }
  }
}
