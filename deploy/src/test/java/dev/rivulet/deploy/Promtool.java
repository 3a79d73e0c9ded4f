package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own checker, which must be there in CI and may be missing elsewhere. */
final class Promtool {
  private static final String MISSING =
      "promtool is not on the PATH; install the Debian package prometheus: apt-get install prometheus";

  private Promtool() {}

  /** Runs it in the project's folder and fails with its output if it is not content. */
  static void check(String... arguments) throws IOException, InterruptedException {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    if (System.getenv("CI") != null) {
      assertThat(installed).as(MISSING).isTrue();
    }
    assumeTrue(installed, MISSING);
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("promtool", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(ProjectFiles.HOME.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly();
      assertThat(ended).as("%s ends", command).isTrue();
      assertThat(process.exitValue()).as("%s:%n%s", command, Files.readString(output)).isZero();
    } finally {
      Files.delete(output);
    }
  }
}
