package dev.rivulet.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImageCacheTest {
  private static final Optional<byte[]> IMAGE = Optional.of(new byte[] {1, 2, 3});

  private final ImageCache cache = new ImageCache();

  @Test
  void remembersWhatItHasFound() throws Exception {
    assertThat(cache.forPage("a", () -> IMAGE)).isEqualTo(IMAGE);
    assertThat(cache.forPage("a", Optional::empty)).isEqualTo(IMAGE);
    assertThat(cache.get("a", Optional::empty)).isEqualTo(IMAGE);
  }

  @Test
  void keepsNobodyElseWaitingForWhatPagesWaitFor() throws Exception {
    CountDownLatch asked = new CountDownLatch(ImageCache.MAX_WAITING);
    CountDownLatch answered = new CountDownLatch(1);
    ExecutorService pages = Executors.newFixedThreadPool(ImageCache.MAX_WAITING);
    try {
      List<Future<Optional<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < ImageCache.MAX_WAITING; i++) {
        String name = "page-" + i;
        answers.add(pages.submit(() -> cache.forPage(name, () -> slow(asked, answered))));
      }
      asked.await();
      assertThat(cache.forPage("one-page-too-many", () -> IMAGE)).isEmpty();
      assertThat(cache.get("strip", () -> IMAGE)).isEqualTo(IMAGE);
      assertThat(cache.forPage("strip", Optional::empty)).as("known").isEqualTo(IMAGE);
      answered.countDown();
      for (Future<Optional<byte[]>> answer : answers) {
        assertThat(answer.get()).isEqualTo(IMAGE);
      }
      assertThat(cache.forPage("the-next-page", () -> IMAGE)).isEqualTo(IMAGE);
    } finally {
      answered.countDown();
      pages.shutdownNow();
    }
  }

  private static Optional<byte[]> slow(CountDownLatch asked, CountDownLatch answered) {
    asked.countDown();
    try {
      answered.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return IMAGE;
  }
}
