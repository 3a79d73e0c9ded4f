package dev.rivulet.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.network.NetworkConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArithmeticTest {

  @Test
  void countsEveryProductOfASmallNetwork() {
    NetworkConfig small = new NetworkConfig(8, List.of(1), List.of(2), 3);
    long stem = 32 * 32 * 4 * 4 * 3 * 8;
    long depthwise = 32 * 32 * 3 * 3 * 16;
    long dense = 32 * 32 * 16 * 8;
    long head = 8 * 3;

    assertThat(Arithmetic.forwardGigaflop(small) * 1e9)
        .isCloseTo(2.0 * (stem + depthwise + dense + head), within(0.5));
  }

  @Test
  void theDefaultNetworkNeedsAFifthOfAGigaflopPerTrainedImage() {
    assertThat(Arithmetic.trainingGigaflop(NetworkConfig.of(32, 10))).isBetween(0.20, 0.22);
  }
}
