package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LookIntervalTest {
  private static final long WINDOW = 256;

  private final LookInterval interval = new LookInterval(WINDOW);

  @Test
  void anEighthOfTheWindowIsConsumedBetweenTwoLooks() {
    // 250 records a second, as 8,000 images in batches of 32
    interval.seen(200, 50);
    assertThat(interval.millis()).isEqualTo(128);
  }

  @Test
  void aSlowTrainerIsLookedAtEveryTwoSeconds() {
    interval.seen(500, 4);
    assertThat(interval.millis()).isEqualTo(2_000);
  }

  @Test
  void aTrainerThatStandsStillIsLookedAtLessAndLess() {
    interval.seen(200, 50);
    interval.seen(128, 0);
    assertThat(interval.millis()).isEqualTo(256);
    interval.seen(256, 0);
    assertThat(interval.millis()).isEqualTo(512);
    interval.seen(512, 0);
    interval.seen(1_024, 0);
    assertThat(interval.millis()).isEqualTo(2_000);
  }

  @Test
  void aSmallWindowThatIsEmptiedAtOnceDoesNotKeepTheBrokerBusy() {
    LookInterval small = new LookInterval(2);
    small.seen(100, 2);
    assertThat(small.millis()).isEqualTo(20);
  }
}
