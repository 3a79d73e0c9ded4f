package dev.rivulet.ingest.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The unfinished part of a download beside its target, locked against a second process, with what
 * the server said to recognise the same file by.
 */
final class PartialFile implements AutoCloseable {
  private final Path target;
  private final Path path;
  private final Path validatorPath;
  private final FileChannel channel;
  private final FileLock lock;

  private PartialFile(Path target, Path path, FileChannel channel, FileLock lock) {
    this.target = target;
    this.path = path;
    this.validatorPath = target.resolveSibling(target.getFileName() + ".part.etag");
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Opens what an earlier download left, or nothing yet.
   *
   * @throws DatasetException if another download of the same file is running
   */
  static PartialFile of(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path path = target.resolveSibling(target.getFileName() + ".part");
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        channel.position(channel.size());
        return new PartialFile(target, path, channel, lock);
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw busy(target, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw busy(target, null);
  }

  private static DatasetException busy(Path target, Exception cause) {
    return new DatasetException(
        "%s is being downloaded by another process; wait for it".formatted(target), cause);
  }

  long size() throws IOException {
    return channel.size();
  }

  /** The entity tag or date of the file that the bytes so far are from, if the server gave one. */
  Optional<String> validator() throws IOException {
    return Files.exists(validatorPath)
        ? Optional.of(Files.readString(validatorPath))
        : Optional.empty();
  }

  /** Drops all bytes; those that follow are of the file with this entity tag or date. */
  void restart(Optional<String> validator) throws IOException {
    channel.truncate(0);
    if (validator.isPresent()) {
      Files.writeString(validatorPath, validator.get());
    } else {
      Files.deleteIfExists(validatorPath);
    }
  }

  void append(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, channel.size());
    }
  }

  /** Free bytes on the disk that the file is on. */
  long freeBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  /** The MD5 sum of all bytes, in lower-case hex. */
  String md5() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime must have MD5", e);
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    long position = 0;
    while (channel.read(buffer, position) > 0) {
      position += buffer.flip().remaining();
      digest.update(buffer);
      buffer.clear();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Gives the finished file its name, at once. */
  void finish() throws IOException {
    channel.force(true);
    close();
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(validatorPath);
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      lock.release();
      channel.close();
    }
  }
}
