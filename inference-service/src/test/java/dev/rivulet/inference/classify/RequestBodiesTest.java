package dev.rivulet.inference.classify;

import static dev.rivulet.inference.classify.RequestBodies.STEP_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.inference.Waiting;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequestBodiesTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, STEP_BYTES - 1, STEP_BYTES, STEP_BYTES + 1, ImageDecoder.DEFAULT_MAX_BYTES})
  void readsABodyOfAnySize(int length) throws Exception {
    byte[] body = new byte[length];
    new Random(1).nextBytes(body);
    try (RequestBodies.Share share = new RequestBodies().share()) {
      assertThat(share.read(new InPieces(body))).isEqualTo(body);
    }
  }

  @Test
  void readsNoMoreThanTellsTheDecoderToSayNo() throws Exception {
    try (RequestBodies.Share share = new RequestBodies().share()) {
      assertThat(share.read(new Trickle(0)).length)
          .isGreaterThan(ImageDecoder.DEFAULT_MAX_BYTES)
          .isLessThanOrEqualTo(ImageDecoder.DEFAULT_MAX_BYTES + STEP_BYTES);
    }
  }

  @Test
  void letsManySmallBodiesInWithoutKnowingTheirLength() throws Exception {
    RequestBodies bodies = new RequestBodies();
    List<RequestBodies.Share> shares = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      shares.add(bodies.share());
      assertThat(shares.get(i).read(new ByteArrayInputStream(new byte[2_000]))).hasSize(2_000);
    }
    shares.forEach(RequestBodies.Share::close);
  }

  @Test
  void turnsAwayWhatDoesNotFitAndForgetsIt() throws Exception {
    RequestBodies bodies = new RequestBodies(4 * STEP_BYTES, SHORT, LONG);
    byte[] fits = new byte[2 * STEP_BYTES - 1];
    for (int i = 0; i < 3; i++) {
      try (RequestBodies.Share share = bodies.share()) {
        InputStream large = new ByteArrayInputStream(new byte[3 * STEP_BYTES]);
        assertThatThrownBy(() -> share.read(large))
            .isInstanceOf(OverloadedException.class)
            .hasMessageContaining("try again");
      }
      try (RequestBodies.Share share = bodies.share()) {
        assertThat(share.read(new ByteArrayInputStream(fits))).hasSize(fits.length);
      }
    }
  }

  @Test
  void letsASmallBodyPassALargeOneThatWaits() throws Exception {
    RequestBodies bodies = new RequestBodies(6 * STEP_BYTES, LONG, LONG);
    FutureTask<Void> large =
        new FutureTask<>(
            () -> {
              try (RequestBodies.Share share = bodies.share()) {
                share.take(4 * STEP_BYTES);
                return null;
              }
            });
    Thread waiting = new Thread(large);
    try (RequestBodies.Share first = bodies.share()) {
      first.take(4 * STEP_BYTES);
      waiting.start();
      Waiting.until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
      try (RequestBodies.Share small = bodies.share()) {
        assertThat(small.read(new ByteArrayInputStream(new byte[9]))).hasSize(9);
        assertThat(large).isNotDone();
      }
    }
    // room at last
    large.get();
  }

  @Test
  void givesUpOnABodyThatTrickles() throws Exception {
    RequestBodies bodies = new RequestBodies(2 * STEP_BYTES, SHORT, Duration.ofMillis(100));
    for (int i = 0; i < 2; i++) {
      try (RequestBodies.Share share = bodies.share()) {
        assertThatThrownBy(() -> share.read(new Trickle(20)))
            .isInstanceOf(SlowBodyException.class)
            .hasMessageContaining("send a smaller image");
      }
    }
  }

  /** Comes in pieces of other sizes than it is read in. */
  private static final class InPieces extends ByteArrayInputStream {
    private InPieces(byte[] body) {
      super(body);
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, 10_007));
    }
  }

  /** Zeros without an end, one at a time if there is a pause between them. */
  private static final class Trickle extends InputStream {
    private final int pauseMillis;

    private Trickle(int pauseMillis) {
      this.pauseMillis = pauseMillis;
    }

    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return pauseMillis == 0 ? length : 1;
    }
  }
}
