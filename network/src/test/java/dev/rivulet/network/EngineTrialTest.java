package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineTrialTest {
  /** Some engines know fp16 on a GPU only; that is no reason to call them broken. */
  @ParameterizedTest
  @EnumSource
  void anEngineInOrderPassesWhateverThePrecision(Precision precision) {
    ComputeDevice device = ComputeDevice.select("cpu", 2).withPrecision(precision);

    assertThatCode(() -> EngineTrial.on(device)).doesNotThrowAnyException();
  }
}
