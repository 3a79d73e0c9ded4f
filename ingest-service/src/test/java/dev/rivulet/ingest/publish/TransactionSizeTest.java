package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionSizeTest {

  @Test
  void growsWhileThereIsMuchToCatchUp() {
    TransactionSize size = new TransactionSize(32, 1 << 20);

    assertThat(size.next(10_000)).isEqualTo(16);
    assertThat(size.next(10_000)).isEqualTo(32);
    assertThat(size.next(10_000)).isEqualTo(64);
    assertThat(size.next(10_000)).isEqualTo(128);
    assertThat(size.next(10_000)).isEqualTo(256);
    assertThat(size.next(10_000)).isEqualTo(512);
    assertThat(size.next(10_000)).isEqualTo(512);
  }

  @Test
  void leavesHalfOfTheRoomAndIsSmallAgainWhenTheWindowIsNearlyFull() {
    TransactionSize size = new TransactionSize(32, 8_192);
    size.next(256);
    size.next(256);

    assertThat(size.next(80)).isEqualTo(40);
    assertThat(size.next(20)).isEqualTo(16);
    assertThat(size.next(16)).isEqualTo(16);
    assertThat(size.next(15)).isZero();
    assertThat(size.next(0)).isZero();
  }

  @Test
  void twoOfTheLeastFitInASmallWindow() {
    assertThat(new TransactionSize(32, 256).least()).isEqualTo(4);
    assertThat(new TransactionSize(32, 256).next(8)).isEqualTo(4);
  }

  @Test
  void aBatchAboveEveryLimitGoesAlone() {
    TransactionSize size = new TransactionSize(16_384, 8_192);

    assertThat(size.least()).isEqualTo(1);
    assertThat(size.next(4)).isEqualTo(1);
    assertThat(size.next(4)).isEqualTo(1);
  }
}
