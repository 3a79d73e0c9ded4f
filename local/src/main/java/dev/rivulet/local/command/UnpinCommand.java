package dev.rivulet.local.command;

import dev.rivulet.events.checkpoint.SelectionMode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Makes the newest checkpoint the one that serves. */
@Command(
    name = "unpin",
    sortOptions = false,
    description = "Makes inference serve the newest checkpoint again, and each that comes.",
    footer = {"", "Examples:", "  ./rivulet unpin", "  ./rivulet unpin --json"})
final class UnpinCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private SelectionOptions options;

  @Override
  public Integer call() throws InterruptedException {
    options.select(root, models -> models.select(SelectionMode.NEWEST, "./rivulet unpin"));
    return 0;
  }
}
