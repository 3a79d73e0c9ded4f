package dev.rivulet.local.data;

import dev.rivulet.local.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where everything of one installation lies: the broker's log, data sets, models, histories, logs.
 *
 * @param root absolute
 */
public record DataFolder(Path root) {
  private static final long LEAST_FREE_BYTES = 1L << 30;

  /**
   * @throws IllegalArgumentException if Kafka would take the path for several
   */
  public DataFolder {
    root = root.toAbsolutePath().normalize();
    if (root.toString().contains(",")) {
      throw new IllegalArgumentException(
          "the data folder %s has a comma in its path, which Kafka takes for two folders; choose another with --data DIR"
              .formatted(root));
    }
  }

  /** The broker's log. */
  public Path kafka() {
    return root.resolve("kafka");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** What the engine unpacks. */
  public Path engineCache() {
    return root.resolve("djl");
  }

  /** The weights of a run, written by the trainer. */
  public Path model(String run) {
    return root.resolve("model").resolve(run);
  }

  /** The history of a run, written by the trainer. */
  public Path history(String run) {
    return root.resolve("runs").resolve(run);
  }

  Path lockFile() {
    return root.resolve("rivulet.lock");
  }

  Path runningFile() {
    return root.resolve("running.json");
  }

  /** Whether a broker has ever run here. */
  public boolean hasEvents() {
    return Files.exists(kafka().resolve("meta.properties"));
  }

  /**
   * Creates the folders that are missing.
   *
   * @throws CommandFailedException if they cannot be created or there is too little room
   */
  public void prepare() {
    try {
      for (Path folder :
          List.of(root, logs(), engineCache(), root.resolve("datasets"), root.resolve("model"))) {
        Files.createDirectories(folder);
      }
      Files.createDirectories(root.resolve("runs"));
      requireRoom(Files.getFileStore(root).getUsableSpace());
    } catch (IOException e) {
      throw new CommandFailedException(
          "the data folder %s cannot be used (%s); choose another with --data DIR"
              .formatted(root, e),
          e);
    }
  }

  void requireRoom(long freeBytes) {
    if (freeBytes < LEAST_FREE_BYTES) {
      throw new CommandFailedException(
          "only %d MiB are free for %s and at least %d are needed; make room or choose another disk with --data DIR"
              .formatted(freeBytes >> 20, root, LEAST_FREE_BYTES >> 20));
    }
  }
}
