package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void theMedianIsTheMiddleOfTheSortedValues() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
    assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(100.0, 1.0, 4.0, 2.0))).isEqualTo(3);
  }

  @Test
  void aPercentileIsAValueThatThatShareDoesNotExceed() {
    List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();

    assertThat(Statistics.percentile(hundred, 0.5)).isEqualTo(50);
    assertThat(Statistics.percentile(hundred, 0.99)).isEqualTo(99);
    assertThat(Statistics.percentile(hundred, 0.999)).isEqualTo(100);
    assertThat(Statistics.percentile(hundred, 1)).isEqualTo(100);
    assertThat(Statistics.percentile(List.of(5.0), 0.001)).isEqualTo(5);
  }

  @Test
  void ratiosPairTheValuesOfARound() {
    assertThat(Statistics.ratios(List.of(10.0, 40.0, 9.0), List.of(5.0, 10.0, 9.0)))
        .containsExactly(2.0, 4.0, 1.0);
  }

  @Test
  void refusesWhatHasNoAnswer() {
    assertThatThrownBy(() -> Statistics.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.percentile(List.of(1.0), 99))
        .hasMessageContaining("not 99");
    assertThatThrownBy(() -> Statistics.ratios(List.of(1.0), List.of(1.0, 2.0)))
        .hasMessageContaining("1 values against 2");
  }
}
