package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SliceWorkersTest {
  private final CountDownLatch refused = new CountDownLatch(1);
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void waitsForTheThreadAtWorkIfTheNextOneCannotBeHad() {
    try (SliceWorkers workers = new SliceWorkers(2, this::oneThread)) {
      assertThatThrownBy(() -> workers.run(100, this::slice)).hasMessage("no more threads");
      assertThat(done).hasValue(100);
    }
  }

  private Thread oneThread(Runnable task) {
    if (made.getAndIncrement() > 0) {
      refused.countDown();
      throw new IllegalStateException("no more threads");
    }
    return new Thread(task);
  }

  /** Not before the caller has met with the refusal; and long enough to be overtaken. */
  private void slice(int slice, int worker) {
    try {
      refused.await();
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    done.incrementAndGet();
  }
}
