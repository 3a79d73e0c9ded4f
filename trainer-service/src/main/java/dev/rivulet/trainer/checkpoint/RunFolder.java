package dev.rivulet.trainer.checkpoint;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.network.Weights;
import dev.rivulet.trainer.measure.RunHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a run leaves on disk: {@code model/RUN/model.safetensors} and {@code runs/RUN/history.csv}.
 */
public final class RunFolder {
  private final Path modelFile;
  private final Path historyFile;

  /**
   * @param root the data folder
   * @param run the run's id, which begins with its timestamp
   */
  public RunFolder(Path root, String run) {
    this.modelFile = root.resolve("model").resolve(run).resolve("model.safetensors");
    this.historyFile = root.resolve("runs").resolve(run).resolve("history.csv");
  }

  /**
   * Writes the weights, replacing an older file at once.
   *
   * @return where
   */
  public Path save(ModelDescription model, Weights weights) {
    return write(modelFile, weights.toSafeTensors(model.toMetadata()).toBytes());
  }

  public Path save(RunHistory history) {
    return write(historyFile, history.toCsv().getBytes(StandardCharsets.UTF_8));
  }

  private static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      // a reader, or a crash, must never meet half a file
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.write(part, bytes);
      return Files.move(
          part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s could not be written (%s); make room or set rivulet.data-dir".formatted(file, e), e);
    }
  }
}
