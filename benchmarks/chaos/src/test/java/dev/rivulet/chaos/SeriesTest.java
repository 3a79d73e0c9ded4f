package dev.rivulet.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void findsTheSlopeOfAStraightLine() {
    Series series = new Series();
    for (int minute = 0; minute < 10; minute++) {
      series.add(minute, 100 - 2.5 * minute);
    }
    assertThat(series.slope()).isCloseTo(-2.5, within(1e-9));
    assertThat(series.from(5).first()).isEqualTo(87.5);
    assertThat(series.from(5).minutes()).isEqualTo(4);
  }
}
