package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptedNetworkTest {
  private static final Device CPU = ComputeDevice.select("cpu").device();
  private static final byte[] IMAGES = new byte[17 * NetworkConfig.IMAGE_BYTES];

  static {
    new Random(1).nextBytes(IMAGES);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "1, false", "16, true", "17, true", "17, false"})
  void answersAsTheNetworkThatIsTrained(int images, boolean packed) {
    assumeTrue(!packed || ScriptedNetwork.packs(CPU));
    for (NetworkConfig config :
        List.of(
            new NetworkConfig(8, List.of(1), List.of(1), 2),
            new NetworkConfig(16, List.of(2, 1, 1, 2), List.of(1, 2, 3, 4), 100),
            NetworkConfig.of(32, 10))) {
      try (NDManager manager = NDManager.newBaseManager(CPU)) {
        NDArray weights =
            EngineVectors.create(manager, InitialWeights.glorotUniform(config, images));
        NDArray trained =
            new Network(config, ActivationType.FLOAT32, packed)
                .logits(
                    new ParameterViews(config).of(weights),
                    pixels(manager, images),
                    (activations, layer) -> activations);

        try (ScriptedNetwork scripted = new ScriptedNetwork(config, weights, packed)) {
          assertThat(scripted.logits(pixels(manager, images)).toFloatArray())
              .as("%s", config)
              .usingComparatorWithPrecision(1e-4f)
              .containsExactly(trained.toFloatArray());
        }
      }
    }
  }

  private static NDArray pixels(NDManager manager, int images) {
    return LabelledImages.images(manager, ByteBuffer.wrap(IMAGES), 0, images);
  }
}
