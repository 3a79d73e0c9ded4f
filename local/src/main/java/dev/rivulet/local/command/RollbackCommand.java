package dev.rivulet.local.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Goes back to the checkpoint before the one that serves. */
@Command(
    name = "rollback",
    sortOptions = false,
    description = {
      "Pins the checkpoint with other weights that was published last before the selected one.",
      "Each further rollback goes one further back; ./rivulet unpin returns to the newest."
    },
    footer = {
      "",
      "Examples:",
      "  ./rivulet rollback                           serve the one before",
      "  ./rivulet rollback --json | jq .selection"
    })
final class RollbackCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;
  @Mixin private SelectionOptions options;

  @Override
  public Integer call() throws InterruptedException {
    options.select(root, models -> models.rollBack("./rivulet rollback"));
    return 0;
  }
}
