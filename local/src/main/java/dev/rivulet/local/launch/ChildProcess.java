package dev.rivulet.local.launch;

import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that the launcher started, with its log file.
 *
 * <p>It reads its standard input, which this process holds open, and so notices our end.
 */
public final class ChildProcess {
  private static final int TAIL_LINES = 12;
  private static final long TAIL_BYTES = 64 << 10;

  private final ChildSpec spec;
  private final Path log;
  private Process process;

  private ChildProcess(ChildSpec spec, Path log) {
    this.spec = spec;
    this.log = log;
  }

  /** Starts the process with a new log file; the one of the last session is kept beside it. */
  public static ChildProcess start(ChildSpec spec, Path logFolder) {
    ChildProcess child = new ChildProcess(spec, logFolder.resolve(spec.name() + ".log"));
    try {
      if (Files.exists(child.log)) {
        Files.move(
            child.log,
            logFolder.resolve(spec.name() + ".previous.log"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CommandFailedException("%s cannot be renamed: %s".formatted(child.log, e), e);
    }
    child.restart();
    return child;
  }

  /** Starts it once more, after its end; the log goes on. */
  public void restart() {
    ProcessBuilder builder = new ProcessBuilder(spec.command()).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(spec.environment());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new CommandFailedException("%s cannot be started: %s".formatted(spec.name(), e), e);
    }
  }

  String name() {
    return spec.name();
  }

  public Path log() {
    return log;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Of a process that has ended. */
  int exitCode() {
    return process.exitValue();
  }

  public RunningInstance.Child identity() {
    return new RunningInstance.Child(
        name(), process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
  }

  /** Asks it to end; one that has ended already need not be asked. */
  public void requestStop() {
    try (OutputStream toChild = process.getOutputStream()) {
      toChild.write(ParentWatch.STOP);
    } catch (IOException e) {
      // the pipe is broken, so it has just ended; if not, awaitEnd ends it by force
      process.destroyForcibly();
    }
  }

  /**
   * Waits for its end, and ends it by force if it takes longer.
   *
   * @return whether it ended by itself
   */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    process.destroyForcibly().waitFor();
    return false;
  }

  /** As {@code kill -9} does; returns when it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The end of its log, for an error message. */
  public String lastLines() {
    try (FileChannel file = FileChannel.open(log)) {
      ByteBuffer tail = ByteBuffer.allocate((int) Math.min(TAIL_BYTES, file.size()));
      file.read(tail, file.size() - tail.capacity());
      List<String> lines =
          new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e + ")";
    }
  }
}
