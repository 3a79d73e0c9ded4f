package dev.rivulet.local.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Prints the script that makes a shell complete commands and options. */
@Command(
    name = "completion",
    sortOptions = false,
    description = "Prints a script that completes commands and options in your shell.",
    footer = {
      "",
      "Examples:",
      "  source <(./rivulet completion bash)              in this bash",
      "  ./rivulet completion bash >>~/.bash_completion   in every bash",
      "  source <(./rivulet completion zsh)               in this zsh"
    })
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  /** The shells whose completion we know. */
  static final class Shells extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Shells() {
      super(List.of("bash", "zsh"));
    }
  }

  @Parameters(
      paramLabel = "SHELL",
      description = "${COMPLETION-CANDIDATES}.",
      completionCandidates = Shells.class)
  private String shell;

  @Override
  public Integer call() {
    List<String> known = new Shells();
    if (!known.contains(shell)) {
      throw new IllegalArgumentException(
          "shell '%s': choose one of %s".formatted(shell, String.join(", ", known)));
    }
    // the same script serves both: in a zsh it first switches on zsh's support for such scripts
    root.terminal().print(AutoComplete.bash("rivulet", root.commandLine()));
    return 0;
  }
}
