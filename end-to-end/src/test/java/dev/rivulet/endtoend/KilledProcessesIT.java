package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Crash-exact training with real processes: whatever is killed, the weights are the same. */
@Timeout(420)
@EnabledIfSystemProperty(named = "rivulet.test.long", matches = "true")
class KilledProcessesIT {
  private static final int EPOCHS = 3;
  private static final List<String> PLAN =
      List.of(
          "--dataset",
          "shapes",
          "--width",
          "8",
          "--limit",
          "1024",
          "--epochs",
          String.valueOf(EPOCHS));

  @TempDir Path folder;

  @Test
  void endsWithTheWeightsOfAnUndisturbedRun() throws Exception {
    Rivulet.Result calm = start("calm").awaitEnd();
    assertThat(calm.exitCode()).as(calm.output()).isZero();

    Random random = new Random(20_260_101);
    Rivulet stormy = start("stormy");
    awaitOutput(stormy, "first batch trained");
    for (String victim : List.of("trainer-service", "ingest-service", "broker")) {
      Thread.sleep(500 + random.nextInt(2_000));
      kill(stormy, victim);
    }
    awaitOutput(stormy, "broker ended");
    Thread.sleep(random.nextInt(4_000));
    stormy.kill();

    // the next start of the same plan goes on with the run
    Rivulet.Result end = start("stormy").awaitEnd();
    assertThat(end.exitCode()).as(end.output()).isZero();
    assertThat(weights("stormy")).isEqualTo(weights("calm"));
    assertThat(lines("stormy")).isEqualTo(lines("calm")).hasSize(EPOCHS + 1);
  }

  private Rivulet start(String data) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("train"));
    arguments.addAll(PLAN);
    arguments.addAll(
        List.of(
            "--data",
            folder.resolve(data).toString(),
            "--port",
            Rivulet.freePort(),
            "--kafka-port",
            Rivulet.freePort()));
    return Rivulet.start(folder.resolve(data + ".txt"), arguments.toArray(String[]::new));
  }

  private void kill(Rivulet rivulet, String name) throws InterruptedException {
    while (rivulet.isAlive()) {
      Optional<ProcessHandle> process =
          RunningInstance.find(new DataFolder(folder.resolve("stormy"))).stream()
              .flatMap(running -> running.children().stream())
              .filter(child -> child.name().equals(name))
              .findFirst()
              .flatMap(RunningInstance.Child::handle);
      if (process.isPresent()) {
        process.get().destroyForcibly();
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("ended before " + name + " was killed:\n" + rivulet.output());
  }

  private static void awaitOutput(Rivulet rivulet, String text) throws InterruptedException {
    while (!rivulet.output().contains(text)) {
      assertThat(rivulet.isAlive()).as(rivulet.output()).isTrue();
      Thread.sleep(100);
    }
  }

  private String weights(String data) throws IOException {
    return SafeTensors.read(Files.readAllBytes(only(data, "model", "model.safetensors")))
        .metadata("sha256");
  }

  /** Epoch, losses and accuracies of each epoch: all that does not depend on the clock. */
  private List<String> lines(String data) throws IOException {
    return Files.readAllLines(only(data, "runs", "history.csv")).stream()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, 7)))
        .toList();
  }

  private Path only(String data, String kind, String file) throws IOException {
    try (var runs = Files.list(folder.resolve(data).resolve(kind))) {
      List<Path> all = runs.toList();
      assertThat(all).hasSize(1);
      return all.get(0).resolve(file);
    }
  }
}
