package dev.rivulet.inference.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.TinyCheckpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveModelTest {
  private static final int USERS = 4;
  private static final int SWAPS = 5_000;

  private final LiveModel live = new LiveModel();

  /** Native memory that notices use after release and double release. */
  private static final class FakeEngine {
    private final AtomicInteger releases = new AtomicInteger();
    private final AtomicInteger usesAfterRelease = new AtomicInteger();

    float[][] probabilities(byte[] images, int n) {
      Thread.onSpinWait();
      if (releases.get() > 0) {
        usesAfterRelease.incrementAndGet();
      }
      return new float[n][1];
    }

    ServedModel model() {
      return new ServedModel(
          TinyCheckpoint.of("run", 1).description(),
          this::probabilities,
          releases::incrementAndGet,
          Instant.EPOCH);
    }
  }

  @Test
  void hasNothingToLeaseBeforeTheFirstModel() throws InterruptedException {
    assertThat(live.lease()).isEmpty();
    assertThat(live.await(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void keepsAReplacedModelUntilItsLastUserIsDone() throws InterruptedException {
    FakeEngine old = new FakeEngine();
    live.swap(old.model());
    assertThat(live.await(Duration.ZERO)).isTrue();
    LiveModel.Lease first = live.lease().orElseThrow();
    LiveModel.Lease second = live.lease().orElseThrow();

    live.swap(new FakeEngine().model());
    first.close();
    assertThat(old.releases).hasValue(0);
    second.close();
    assertThat(old.releases).hasValue(1);
  }

  @Test
  void releasesEveryModelOnceAndNeverUnderAUser() throws Exception {
    List<FakeEngine> engines = new ArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger uses = new AtomicInteger();
    ExecutorService users = Executors.newFixedThreadPool(USERS);
    List<Future<?>> running = new ArrayList<>();
    live.swap(newEngine(engines).model());
    for (int i = 0; i < USERS; i++) {
      running.add(
          users.submit(
              () -> {
                while (!done.get()) {
                  try (LiveModel.Lease lease = live.lease().orElseThrow()) {
                    lease.probabilities(new byte[0], 1);
                    uses.incrementAndGet();
                  }
                }
              }));
    }
    for (int swap = 0; swap < SWAPS; swap++) {
      live.swap(newEngine(engines).model());
    }
    done.set(true);
    for (Future<?> user : running) {
      user.get();
    }
    users.shutdown();
    live.close();

    assertThat(uses.get()).isPositive();
    assertThat(engines).allSatisfy(engine -> assertThat(engine.releases).hasValue(1));
    assertThat(engines).allSatisfy(engine -> assertThat(engine.usesAfterRelease).hasValue(0));
  }

  private static FakeEngine newEngine(List<FakeEngine> engines) {
    FakeEngine engine = new FakeEngine();
    engines.add(engine);
    return engine;
  }
}
