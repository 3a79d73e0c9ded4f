package dev.rivulet.ingest.dataset;

import java.util.concurrent.Semaphore;

/**
 * The memory that encoded image files may take while they wait to be decoded; who comes when it is
 * used up waits.
 *
 * <p>All cores read small files at once, however many they are. Of the largest, four fit, and
 * decoding has memory for no more.
 */
final class ReadingMemory {
  private static final int MOST_KIBIBYTES = 64 << 10;
  private static final int HEAP_SHARE = 10;

  private final int kibibytes;
  private final Semaphore free;

  /**
   * @param kibibytes in all, at least 1; a larger file takes all of them
   */
  ReadingMemory(int kibibytes) {
    this.kibibytes = kibibytes;
    this.free = new Semaphore(kibibytes, true);
  }

  /** 64 MiB, or a tenth of a heap that has less than ten times that. */
  static ReadingMemory ofHeap() {
    long heapKibibytes = Runtime.getRuntime().maxMemory() >> 10;
    return new ReadingMemory((int) Math.min(MOST_KIBIBYTES, heapKibibytes / HEAP_SHARE));
  }

  /** A part of it, given back when closed. */
  final class Share implements AutoCloseable {
    private final int kibibytes;

    private Share(int kibibytes) {
      this.kibibytes = kibibytes;
    }

    @Override
    public void close() {
      free.release(kibibytes);
    }
  }

  /** Waits for so many bytes. */
  Share take(long bytes) {
    int wanted = (int) Math.min(kibibytes, (bytes >> 10) + 1);
    free.acquireUninterruptibly(wanted);
    return new Share(wanted);
  }
}
