package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadingMemoryTest {
  private static final int KIBIBYTES = 64;
  private static final int THREADS = 32;

  private final ReadingMemory memory = new ReadingMemory(KIBIBYTES);
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong mostBytes = new AtomicLong();

  private void read(int bytes) {
    try (ReadingMemory.Share share = memory.take(bytes)) {
      mostBytes.accumulateAndGet(heldBytes.addAndGet(bytes), Math::max);
      Thread.sleep(2);
      heldBytes.addAndGet(-bytes);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void holdsNoMoreThanItsBytesForAnyNumberOfThreads() {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CompletableFuture.allOf(
              IntStream.range(0, 20 * THREADS)
                  .mapToObj(i -> CompletableFuture.runAsync(() -> read(i % 7 * 4000), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      threads.shutdownNow();
    }
    assertThat(mostBytes.get()).isBetween(24_000L, (long) KIBIBYTES << 10);
  }

  @Test
  void readsAFileThatIsLargerThanAllOfIt() {
    read(10 * KIBIBYTES << 10);
    read(10 * KIBIBYTES << 10);
    assertThat(heldBytes.get()).isZero();
  }

  @Test
  void lastsForManySmallFilesAtOnce() {
    CompletableFuture<Void> all =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < KIBIBYTES; i++) {
                memory.take(100);
              }
            });
    assertThat(all).succeedsWithin(10, TimeUnit.SECONDS);
  }
}
