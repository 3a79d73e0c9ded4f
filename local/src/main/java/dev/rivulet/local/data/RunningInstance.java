package dev.rivulet.local.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.local.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who runs on a data folder, as {@code running.json} tells other commands.
 *
 * @param command {@code up} or {@code train}
 * @param bootstrap the broker's address
 * @param inference where the inference service answers
 * @param trainer where the trainer service answers
 * @param ingest where the ingest service answers
 * @param children the processes that it started
 */
public record RunningInstance(
    @JsonProperty(required = true) long pid,
    @JsonProperty(required = true) Instant since,
    @JsonProperty(required = true) String command,
    @JsonProperty(required = true) String bootstrap,
    @JsonProperty(required = true) String inference,
    @JsonProperty(required = true) String trainer,
    @JsonProperty(required = true) String ingest,
    @JsonProperty(required = true) List<Child> children) {

  public RunningInstance {
    children = List.copyOf(children);
  }

  /** A process, with its start time because process ids are used again. */
  public record Child(
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) long pid,
      @JsonProperty(required = true) Instant startedAt) {

    /** The process, if it still lives. */
    public Optional<ProcessHandle> handle() {
      return ProcessHandle.of(pid)
          .filter(handle -> handle.info().startInstant().equals(Optional.of(startedAt)));
    }
  }

  /** The one that holds the folder's lock now. */
  public static Optional<RunningInstance> find(DataFolder folder) {
    return FolderLock.isHeld(folder) ? lastWritten(folder) : Optional.empty();
  }

  /** What the file says, whether or not that instance still runs. */
  public static Optional<RunningInstance> lastWritten(DataFolder folder) {
    try {
      return Optional.of(
          EventJson.read(Files.readAllBytes(folder.runningFile()), RunningInstance.class));
    } catch (java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | EventFormatException e) {
      throw new CommandFailedException(
          "%s cannot be read (%s); delete it".formatted(folder.runningFile(), e.getMessage()), e);
    }
  }

  public void write(DataFolder folder) {
    Path part = folder.runningFile().resolveSibling("running.json.part");
    try {
      Files.write(part, EventJson.write(this));
      Files.move(
          part,
          folder.runningFile(),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CommandFailedException("%s cannot be written: %s".formatted(part, e), e);
    }
  }

  public static void erase(DataFolder folder) {
    try {
      Files.deleteIfExists(folder.runningFile());
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s cannot be deleted: %s".formatted(folder.runningFile(), e), e);
    }
  }
}
