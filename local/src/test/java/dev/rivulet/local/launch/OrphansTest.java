package dev.rivulet.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.data.DataFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphansTest {
  @TempDir Path root;

  @Test
  void waitsForABrokerThatNobodyWroteDown() throws Exception {
    DataFolder folder = new DataFolder(root);
    Path lock = Files.createDirectories(folder.kafka()).resolve(".lock");
    Files.createFile(lock);
    Process broker = LockingProcess.start(lock);
    List<String> notices = new ArrayList<>();

    Orphans.await(
        folder,
        notice -> {
          notices.add(notice);
          endLater(broker);
        });

    assertThat(broker.isAlive()).isFalse();
    assertThat(notices)
        .containsExactly("waiting for the processes of an interrupted session to end");
  }

  @Test
  void waitsForNothingWhenNothingRuns() throws Exception {
    DataFolder folder = new DataFolder(root);
    List<String> notices = new ArrayList<>();
    Orphans.await(folder, notices::add);
    // what a broker leaves behind
    Files.createFile(Files.createDirectories(folder.kafka()).resolve(".lock"));
    Orphans.await(folder, notices::add);
    assertThat(notices).isEmpty();
  }

  private static void endLater(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Locks a file, as a broker does, until its standard input ends. */
  static final class LockingProcess {
    static Process start(Path file) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LockingProcess.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(process.getInputStream().read()).isEqualTo('L');
      return process;
    }

    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        System.out.print(lock.isValid() ? 'L' : '-');
        System.out.flush();
        while (System.in.read() >= 0) {
          // until it ends
        }
      }
    }
  }
}
