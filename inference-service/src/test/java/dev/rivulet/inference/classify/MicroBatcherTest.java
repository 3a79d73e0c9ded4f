package dev.rivulet.inference.classify;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.Waiting;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.inference.reload.ServedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MicroBatcherTest {
  private static final int MAX_BATCH = 8;
  private static final int CAPACITY = 16;
  private static final int OVERFLOWS = 127;
  private static final int BREAKS_THE_ENGINE = 126;

  // so long that nothing here goes because it is used up
  private static final Duration BUDGET = Duration.ofMinutes(1);

  private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  private final List<Throwable> died = new CopyOnWriteArrayList<>();
  private volatile boolean engineBroken;
  private final Semaphore permits = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final LiveModel live = new LiveModel();
  private final MicroBatcher batcher =
      new MicroBatcher(live, CAPACITY, BUDGET, new InferenceMetrics(new SimpleMeterRegistry()));

  /** A network that waits for a permit and takes the first pixel for the answer. */
  private float[][] forward(byte[] images, int n) {
    batchSizes.add(n);
    begun.release();
    permits.acquireUninterruptibly();
    float[][] answers = new float[n][];
    for (int i = 0; i < n; i++) {
      if (images[i * 3072] < 0 || engineBroken) {
        throw new IllegalStateException("engine trouble");
      }
      if (images[i * 3072] == BREAKS_THE_ENGINE) {
        throw new UnsatisfiedLinkError("on purpose");
      }
      answers[i] = new float[] {images[i * 3072] == OVERFLOWS ? Float.NaN : images[i * 3072]};
    }
    return answers;
  }

  private void serve() {
    serve(1);
  }

  private void serve(int forwardPasses) {
    batcher.start(forwardPasses, MAX_BATCH, (thread, why) -> died.add(why));
    live.swap(
        new ServedModel(
            TinyCheckpoint.of("run", 1).description(), this::forward, () -> {}, Instant.EPOCH));
  }

  @AfterEach
  void close() throws InterruptedException {
    permits.release(1_000);
    batcher.close();
  }

  @Test
  void failsTheOneImageWhoseAnswerIsNotANumber() throws Exception {
    serve();
    batcher.submit(image(1));
    begun.acquire();
    CompletableFuture<Classification> overflowing = batcher.submit(image(OVERFLOWS));
    CompletableFuture<Classification> fine = batcher.submit(image(5));
    permits.release(2);
    assertThatThrownBy(() -> overflowing.get(5, SECONDS)).hasMessageContaining("not a number");
    assertThat(fine.get(5, SECONDS).probabilities()).containsExactly(5);
  }

  @Test
  void sendsALoneImageAtOnce() throws Exception {
    serve();
    permits.release(1);
    assertThat(batcher.submit(image(5)).get(5, SECONDS).probabilities()).containsExactly(5);
    assertThat(batchSizes).containsExactly(1);
  }

  @Test
  void waitsForImagesOnTheirWay() throws Exception {
    serve();
    permits.release(1);
    batcher.expect();
    batcher.expect();
    batcher.expect();
    CompletableFuture<Classification> first = batcher.submitExpected(image(1));
    // the second one turned out to be none
    batcher.missed();
    CompletableFuture<Classification> third = batcher.submitExpected(image(3));
    assertThat(first.get(5, SECONDS).probabilities()).containsExactly(1);
    assertThat(third.get(5, SECONDS).probabilities()).containsExactly(3);
    assertThat(batchSizes).containsExactly(2);
  }

  @Test
  void makesABatchOfWhateverWaited() throws Exception {
    serve();
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    answers.add(batcher.submit(image(0)));
    begun.acquire();
    for (int i = 1; i <= 11; i++) {
      answers.add(batcher.submit(image(i)));
    }
    permits.release(3);
    for (int i = 0; i <= 11; i++) {
      assertThat(answers.get(i).get(5, SECONDS).probabilities()).containsExactly(i);
    }
    assertThat(batchSizes).containsExactly(1, MAX_BATCH, 3);
  }

  @Test
  void sharesACrowdAmongFreeThreads() throws Exception {
    serve(2);
    Waiting.until(() -> freeThreads() == 2);
    for (int i = 0; i < 10; i++) {
      batcher.expect();
    }
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(batcher.submitExpected(image(i)));
    }
    begun.acquire(2);
    permits.release(2);
    for (int i = 0; i < 10; i++) {
      assertThat(answers.get(i).get(5, SECONDS).probabilities()).containsExactly(i);
    }
    assertThat(batchSizes).containsExactly(5, 5);
  }

  @Test
  void doesNotWaitForAnotherThreadsBatch() throws Exception {
    serve(2);
    CompletableFuture<Classification> first = batcher.submit(image(1));
    begun.acquire();
    CompletableFuture<Classification> second = batcher.submit(image(2));
    begun.acquire();
    permits.release(2);
    assertThat(first.get(5, SECONDS).probabilities()).containsExactly(1);
    assertThat(second.get(5, SECONDS).probabilities()).containsExactly(2);
  }

  @Test
  void letsSubmittersWaitWhenItIsFull() throws Exception {
    serve();
    batcher.submit(image(0));
    begun.acquire();
    for (int i = 0; i < CAPACITY; i++) {
      batcher.submit(image(i));
    }
    CompletableFuture<Void> oneMore =
        CompletableFuture.runAsync(
            () -> {
              try {
                batcher.submit(image(1));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread.sleep(300);
    assertThat(oneMore).isNotDone();
    permits.release(1_000);
    assertThat(oneMore).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void failsTheBatchThatTheEngineFailsAndGoesOn() throws Exception {
    serve();
    // the bad image, the grey one that shows that the engine is well, the good one
    permits.release(3);
    CompletableFuture<Classification> bad = batcher.submit(image(-1));
    assertThatThrownBy(() -> bad.get(5, SECONDS)).hasRootCauseMessage("engine trouble");
    assertThat(batcher.submit(image(7)).get(5, SECONDS).probabilities()).containsExactly(7);
    assertThat(died).isEmpty();
  }

  @Test
  void blamesNoImageForAnEngineThatFailsAll() throws Exception {
    serve(2);
    engineBroken = true;
    permits.release(1_000);
    for (CompletableFuture<Classification> answer :
        List.of(batcher.submit(image(1)), batcher.submit(image(2)), batcher.submit(image(3)))) {
      assertThatThrownBy(() -> answer.get(5, SECONDS))
          .hasCauseInstanceOf(ClassifierStoppedException.class);
    }
    Waiting.until(() -> !died.isEmpty());
    assertThat(died)
        .allSatisfy(
            why ->
                assertThat(why)
                    .isInstanceOf(BrokenEngineException.class)
                    .hasRootCauseMessage("engine trouble"));
  }

  @Test
  void leavesNobodyWaitingWhenAThreadDies() throws Exception {
    serve();
    CompletableFuture<Classification> deadly = batcher.submit(image(BREAKS_THE_ENGINE));
    begun.acquire();
    CompletableFuture<Classification> next = batcher.submit(image(5));
    permits.release();
    for (CompletableFuture<Classification> answer :
        List.of(deadly, next, batcher.submit(image(6)))) {
      assertThatThrownBy(() -> answer.get(5, SECONDS))
          .hasCauseInstanceOf(ClassifierStoppedException.class);
    }
    Waiting.until(() -> !batcher.alive());
    assertThat(died).singleElement().isInstanceOf(UnsatisfiedLinkError.class);
  }

  @Test
  void saysThatThereIsNoModelYet() throws Exception {
    assertThatThrownBy(() -> batcher.submit(image(1)).get(5, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoModelException.class);
    batcher.start(1, MAX_BATCH, (thread, why) -> died.add(why));
    assertThatThrownBy(() -> batcher.submit(image(1)).get(5, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoModelException.class);
  }

  @Test
  void tellsEverybodyWhoWaitsThatItStops() throws Exception {
    serve();
    CompletableFuture<Classification> underWay = batcher.submit(image(1));
    begun.acquire();
    CompletableFuture<Classification> waiting = batcher.submit(image(2));
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(
            () -> {
              try {
                batcher.close();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread.sleep(200);
    permits.release(1);
    closing.get(5, SECONDS);

    assertThat(underWay.get(5, SECONDS).probabilities()).containsExactly(1);
    assertThatThrownBy(() -> waiting.get(5, SECONDS))
        .hasCauseInstanceOf(ClassifierStoppedException.class);
    CompletableFuture<Classification> late = batcher.submit(image(3));
    assertThatThrownBy(() -> late.get(5, SECONDS))
        .hasCauseInstanceOf(ClassifierStoppedException.class);
    assertThat(batcher.alive()).isFalse();
  }

  private static long freeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("forward-"))
        .filter(thread -> thread.getState() == Thread.State.WAITING)
        .count();
  }

  private static byte[] image(int value) {
    byte[] pixels = new byte[3072];
    pixels[0] = (byte) value;
    return pixels;
  }
}
