package dev.rivulet.local.data;

import dev.rivulet.local.CommandFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Makes one process the owner of a data folder; the lock is gone with the process, also if killed.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Whether a process has the folder's lock now. */
  public static boolean isHeld(DataFolder folder) {
    if (!Files.exists(folder.lockFile())) {
      return false;
    }
    Optional<FolderLock> lock = tryAcquire(folder);
    lock.ifPresent(FolderLock::close);
    return lock.isEmpty();
  }

  /** The lock, or nothing if another process has it. */
  public static Optional<FolderLock> tryAcquire(DataFolder folder) {
    try {
      Files.createDirectories(folder.root());
      FileChannel channel =
          FileChannel.open(folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Optional<FileLock> lock = tryLock(channel);
      if (lock.isEmpty()) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new FolderLock(channel));
    } catch (IOException e) {
      throw new CommandFailedException(
          "the data folder %s cannot be locked (%s); choose another with --data DIR"
              .formatted(folder.root(), e),
          e);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      // held by this very process
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CommandFailedException("the lock of the data folder cannot be released: " + e, e);
    }
  }
}
