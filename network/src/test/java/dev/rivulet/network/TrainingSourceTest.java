package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.network.TrainingSource.Dropout;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingSourceTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(8, 10);
  private static final ComputeDevice CPU = ComputeDevice.select("cpu", 1);

  /** Those for GPUs, too. */
  @ParameterizedTest
  @MethodSource("programs")
  void isAProgramThatTheEngineLoads(Precision precision, Dropout dropout) {
    ComputeDevice device = CPU.withPrecision(precision);
    String program = new TrainingSource(CONFIG, device, dropout).write();

    assertThatCode(() -> new TorchScript(program, device.device()).close())
        .doesNotThrowAnyException();
  }

  private static Stream<Arguments> programs() {
    return Arrays.stream(Precision.values())
        .flatMap(
            precision ->
                Arrays.stream(Dropout.values()).map(dropout -> Arguments.of(precision, dropout)));
  }

  @Test
  void theEnginesDropoutFollowsItsSeed() {
    String program = new TrainingSource(CONFIG, CPU, Dropout.ENGINE).write();
    try (TorchScript script = new TorchScript(program, CPU.device())) {
      float[] gradient = gradient(script, 1);

      assertThat(gradient).doesNotContain(Float.NaN).isNotEqualTo(gradient(script, 2));
      assertThat(gradient(script, 1)).isEqualTo(gradient);
    }
  }

  private static float[] gradient(TorchScript script, int seed) {
    Engine.getInstance().setRandomSeed(seed);
    try (NDManager manager = NDManager.newBaseManager(CPU.device())) {
      float[] weights = new float[CONFIG.parameterCount()];
      Arrays.fill(weights, 0.1f);
      NDList results =
          script.withGradients(
              manager.ones(new Shape(2, 32, 32, 3), DataType.UINT8),
              EngineVectors.create(manager, weights),
              EngineVectors.create(manager, Normalization.pixelMeans()),
              EngineVectors.create(manager, Normalization.pixelDeviations()),
              manager.eye(10).get("0:2"),
              manager.create(new long[] {0, 1}));
      return results.get(0).toFloatArray();
    }
  }

  @Test
  void isWrittenInTheSameDigitsInEveryLanguage() {
    ComputeDevice convolving = CPU.withDenseConvolved(true);
    String training = new TrainingSource(CONFIG, convolving, Dropout.MASKS).write();
    String inference = new InferenceSource(CONFIG, true).write();
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat("%d".formatted(1)).isNotEqualTo("1");
      assertThat(new TrainingSource(CONFIG, convolving, Dropout.MASKS).write()).isEqualTo(training);
      assertThat(new InferenceSource(CONFIG, true).write()).isEqualTo(inference);
    } finally {
      Locale.setDefault(before);
    }
  }
}
