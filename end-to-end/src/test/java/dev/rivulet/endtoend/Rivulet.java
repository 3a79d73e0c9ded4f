package dev.rivulet.endtoend;

import dev.rivulet.local.broker.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line as a user starts it: a process of its own, its output in a file. */
final class Rivulet {
  private static final Path HOME = Path.of(System.getProperty("rivulet.home"));

  private final Process process;
  private final Path output;

  private Rivulet(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** What a command printed, and how it ended. */
  record Result(int exitCode, String output) {}

  static Rivulet start(Path output, String... arguments) throws IOException {
    Path target = HOME.resolve("local/target");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Drivulet.home=" + HOME,
                "-cp",
                target.resolve("classes") + ":" + target.resolve("libs") + "/*",
                "dev.rivulet.local.Main"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Rivulet(process, output);
  }

  static Result run(Path output, String... arguments) throws Exception {
    Rivulet rivulet = start(output, arguments);
    return rivulet.awaitEnd();
  }

  Result awaitEnd() throws Exception {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running:\n" + output());
    }
    return new Result(process.exitValue(), output());
  }

  /** As Ctrl-C or {@code kill} do. */
  Result stop() throws Exception {
    process.destroy();
    return awaitEnd();
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String freePort() {
    return String.valueOf(LoopbackPorts.anyFree());
  }
}
