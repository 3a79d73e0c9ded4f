package dev.rivulet.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.FolderLock;
import dev.rivulet.local.data.RunningInstance;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandErrorsTest {
  @TempDir Path data;

  private Typed typed;
  private Map<String, String> environment = Map.of();

  @Test
  void suggestsTheOptionThatWasMeant() {
    assertThat(run("train", "--epoch=3")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("Unknown option", "--epochs", "./rivulet train --help");
  }

  @Test
  void namesTheRangeOfAValue() {
    assertThat(run("train", "--batch=0")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("batch 0: choose a number from 1");
  }

  @Test
  void saysThatAFolderIsMissing() {
    assertThat(run("up", "--dataset=no/such/folder")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("no/such/folder", "no such folder or file");
  }

  @Test
  void refusesToStartABrokerBesideANamedCluster() {
    environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");

    assertThat(run("up")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("kafka:9092", "use train");
  }

  @Test
  void asksForTheClusterThatSettingsAreFor() {
    for (String command : List.of("runs", "train", "up")) {
      assertThat(run(command, "--kafka-config=client.properties")).isEqualTo(CommandErrors.USAGE);
      assertOneLine("--kafka-config", "--bootstrap HOST:PORT");
    }
  }

  @Test
  void namesTheFileOfSettingsThatCannotBeRead() {
    assertThat(run("runs", "--bootstrap=kafka:9092", "--kafka-config=no-such.properties"))
        .isEqualTo(CommandErrors.USAGE);
    assertOneLine("no-such.properties", "name a properties file");
  }

  @Test
  void saysThatAPortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();

      assertThat(run("train", "--port=" + port)).isEqualTo(CommandErrors.USAGE);
      assertOneLine("port " + port, "--port N");
    }
  }

  @Test
  void refusesNewOptionsForAResumedRun() {
    assertThat(run("train", "--resume", "--epochs=3")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("keeps its plan");
  }

  @Test
  void saysThatNothingIsRunning() {
    for (String command :
        List.of("runs", "stop", "replay", "models", "pin best", "unpin", "rollback")) {
      assertThat(run(command.split(" "))).isEqualTo(CommandErrors.FAILURE);
      assertOneLine("nothing is running", "./rivulet up");
    }
  }

  @Test
  void refusesToWaitForLessThanASecond() {
    for (String command : List.of("stop", "classify x.png", "pin best")) {
      assertThat(run((command + " --timeout -5").split(" "))).isEqualTo(CommandErrors.USAGE);
      assertOneLine("timeout -5", "a second or more");
    }
  }

  @Test
  void refusesADataFolderThatKafkaTakesForTwo() {
    data = data.resolve("a,b");

    assertThat(run("up")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("a,b", "comma", "--data DIR");
    assertThat(data).doesNotExist();
  }

  @Test
  void saysThatThereIsNothingToExport() {
    assertThat(run("export", "20260131-120000-9f3c")).isEqualTo(CommandErrors.FAILURE);
    assertOneLine("nothing is running", "./rivulet up");
    assertThat(run("export")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("RUN", "./rivulet export --help");
  }

  @Test
  void saysWhatRunsInsteadOfBreakingIt() {
    DataFolder folder = new DataFolder(data);
    RunningInstance other =
        new RunningInstance(
            4711,
            Instant.parse("2026-01-31T17:45:02Z"),
            "up",
            "127.0.0.1:9092",
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8082",
            "http://127.0.0.1:8081",
            List.of());
    try (FolderLock lock = FolderLock.tryAcquire(folder).orElseThrow()) {
      other.write(folder);

      assertThat(run("up")).isEqualTo(CommandErrors.FAILURE);
      assertOneLine("4711", "2026-01-31T17:45:02Z", "http://127.0.0.1:8080", "--data DIR");
      assertThat(RunningInstance.lastWritten(folder)).contains(other);
    }
  }

  @Test
  void saysThatNoClusterAnswersToSuchAnAddress() {
    assertThat(run("train", "--bootstrap", "nonsense")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("nonsense", "HOST:PORT");
  }

  @Test
  void saysThatAnImageDoesNotExist() {
    assertThat(run("classify", "no-such.png")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("no-such.png does not exist");
  }

  @Test
  void saysWhatAReplayNeeds() {
    assertThat(run("replay", "--images")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("--from");
    assertThat(run("replay", "--from=yesterday")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("yesterday", "offset");
    assertThat(run("replay", "--images", "--from=0", "--reason=corrupt"))
        .isEqualTo(CommandErrors.USAGE);
    assertOneLine("--reason");
  }

  @Test
  void saysThatAModelDoesNotExist() {
    assertThat(run("import", "no-such.safetensors")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("no-such.safetensors does not exist");
    assertThat(run("import", "x", "--name=a/b")).isEqualTo(CommandErrors.USAGE);
    assertOneLine("name 'a/b'");
  }

  @Test
  void printsTheParameterCountWithoutAnEngine() {
    assertThat(run("summary", "--width=16")).isZero();
    assertThat(typed.out()).contains("48,794");
  }

  @Test
  void showsTheStackTraceWhenAskedTo() {
    assertThat(run("train", "--batch=0", "--verbose")).isEqualTo(CommandErrors.USAGE);
    assertThat(typed.err()).contains("\tat dev.rivulet");
  }

  private int run(String... args) {
    typed = Typed.run(data, environment, args);
    return typed.exitCode();
  }

  private void assertOneLine(String... parts) {
    assertThat(typed.err()).startsWith("rivulet: ").contains(parts).hasLineCount(1);
  }
}
