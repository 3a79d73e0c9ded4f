package dev.rivulet.inference.classify;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TestImages;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.inference.reload.ServedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AskedImagesTest {
  private final Semaphore permits = new Semaphore(0);
  private final LiveModel live = new LiveModel();
  private final InferenceMetrics metrics = new InferenceMetrics(new SimpleMeterRegistry());
  private final MicroBatcher batcher = new MicroBatcher(live, 16, Duration.ZERO, metrics);
  private final ImageClassifier classifier = new ImageClassifier(new ImageDecoder(), batcher, 1);

  /** A network that waits for a permit. */
  private float[][] forward(byte[] images, int n) {
    permits.acquireUninterruptibly();
    float[][] answers = new float[n][];
    for (int i = 0; i < n; i++) {
      answers[i] = new float[] {0.1f, 0.7f, 0.1f, 0.1f};
    }
    return answers;
  }

  private void serve() {
    live.swap(
        new ServedModel(
            TinyCheckpoint.of("run", 1).description(), this::forward, () -> {}, Instant.EPOCH));
  }

  @BeforeEach
  void start() {
    batcher.start(1, 8, (thread, why) -> {});
  }

  @AfterEach
  void close() throws InterruptedException {
    permits.release(1_000);
    classifier.close();
    batcher.close();
  }

  @Test
  void answersInTheOrderOfTheImages() throws Exception {
    serve();
    permits.release(1_000);
    try (AskedImages asked = new AskedImages(classifier, metrics)) {
      asked.ask("one", TestImages.png(1));
      asked.ask("two", TestImages.png(2));
      assertThat(asked.answers()).extracting("id").containsExactly("one", "two");
    }
  }

  @Test
  void holdsOnUntilTheOtherImagesAreThroughWhenTheFirstIsBad() throws Exception {
    serve();
    AskedImages asked = new AskedImages(classifier, metrics);
    asked.ask("bad.png", new byte[7]);
    asked.ask("good.png", TestImages.png(1));
    assertThatThrownBy(asked::answers)
        .isInstanceOf(ImageRejectedException.class)
        .hasMessageStartingWith("bad.png: ");
    CompletableFuture<Void> closed = CompletableFuture.runAsync(asked::close);
    assertThatThrownBy(() -> closed.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    permits.release(1);
    closed.get(10, SECONDS);
  }

  @Test
  void asksForAModelBeforeASeatAndGivesSeatsBack() {
    RequestSeats seats = new RequestSeats(live, 1);
    assertThatThrownBy(seats::take).isInstanceOf(NoModelException.class);
    serve();
    for (int i = 0; i < 3; i++) {
      try (RequestSeats.Seat seat = seats.take()) {
        assertThatThrownBy(seats::take)
            .isInstanceOf(OverloadedException.class)
            .hasMessageStartingWith("1 requests are worked on");
      }
    }
  }
}
