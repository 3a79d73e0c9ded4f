package dev.rivulet.performance.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {

  @Test
  void writesThreeDigits() {
    assertThat(Quantity.text(12_345.6)).isEqualTo("12,346");
    assertThat(Quantity.text(208.4)).isEqualTo("208");
    assertThat(Quantity.text(78.25)).isEqualTo("78.3");
    assertThat(Quantity.text(2.714)).isEqualTo("2.71");
    assertThat(Quantity.text(0.00123)).isEqualTo("0.00123");
    assertThat(Quantity.text(0)).isEqualTo("0");
  }
}
