package dev.rivulet.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.local.Main;
import dev.rivulet.local.progress.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandHelpTest {
  private static final Set<String> WITHOUT_RESULT = Set.of("up", "completion");

  @TempDir Path data;

  static Set<String> commands() {
    return commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsExamplesOfTheCommandItself(String command) {
    Typed help = Typed.run(data, Map.of(), command, "--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Examples:", "./rivulet " + command);
    String examples = help.out().substring(help.out().indexOf("Examples:"));
    assertThat(examples.lines().skip(1)).allMatch(line -> line.contains("./rivulet "));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void writesJsonIfItHasAResult(String command) {
    boolean json =
        commandLine().getSubcommands().get(command).getCommandSpec().findOption("--json") != null;

    assertThat(json).isEqualTo(!WITHOUT_RESULT.contains(command));
  }

  @Test
  void tellsTheNetworkAsJson() throws Exception {
    Typed summary = Typed.run(data, Map.of(), "summary", "--width=16", "--json");
    JsonNode network = new ObjectMapper().readTree(summary.out());

    assertThat(summary.err()).isEmpty();
    assertThat(network.get("parameters").intValue()).isEqualTo(48_794);
    int sum = 0;
    for (JsonNode layer : network.get("layers")) {
      sum += layer.get("parameters").intValue();
    }
    assertThat(sum).isEqualTo(48_794);
  }

  @Test
  void completesCommandsAndOptionsInABash() throws Exception {
    Path script = data.resolve("completion.sh");
    Files.writeString(script, Typed.run(data, Map.of(), "completion", "bash").out());

    assertThat(completed(script, "./rivulet", "")).containsAll(commands());
    assertThat(completed(script, "./rivulet", "im")).contains("import");
    assertThat(completed(script, "rivulet", "train", "--ep")).contains("--epochs");
    assertThat(Typed.run(data, Map.of(), "completion", "zsh").out()).contains("bashcompinit");
    assertThat(Typed.run(data, Map.of(), "completion", "csh").err())
        .startsWith("rivulet: ")
        .contains("bash, zsh")
        .hasLineCount(1);
  }

  /** What bash offers for the last of these words. */
  private static Set<String> completed(Path script, String... words) throws Exception {
    String line =
        "source '%s'; declare -F _complete_rivulet >/dev/null || exit 3; COMP_WORDS=('%s'); COMP_CWORD=%d; _complete_rivulet; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, String.join("' '", words), words.length - 1);
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", line).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(output).isZero();
    return new TreeSet<>(List.of(output.split("\\s+")));
  }

  private static CommandLine commandLine() {
    return Main.commandLine(Terminal.standard());
  }
}
