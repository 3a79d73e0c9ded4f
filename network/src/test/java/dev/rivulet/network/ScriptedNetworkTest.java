package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
  void answersAsTheReference(int images, boolean packed) {
    assumeTrue(!packed || ScriptedNetwork.packs(CPU));
    for (NetworkConfig config :
        List.of(
            new NetworkConfig(8, List.of(1), List.of(1), 2),
            new NetworkConfig(16, List.of(2, 1, 1, 2), List.of(1, 2, 3, 4), 100),
            NetworkConfig.of(32, 10))) {
      float[] values = randomWeights(config);
      double[] wide = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
      ReferenceNetwork reference = new ReferenceNetwork(config, wide);

      try (NDManager manager = NDManager.newBaseManager(CPU)) {
        NDArray weights = EngineVectors.create(manager, new EngineOrder(config).toEngine(values));
        try (ScriptedNetwork scripted = new ScriptedNetwork(config, weights, packed)) {
          float[] logits = scripted.logits(pixels(manager, images)).toFloatArray();
          for (int image : new int[] {0, images - 1}) {
            double[] expected = reference.logits(IMAGES, image, (layer, pixel, c) -> 1);
            for (int label = 0; label < config.classes(); label++) {
              assertThat((double) logits[image * config.classes() + label])
                  .as("%s, image %d, class %d", config, image, label)
                  .isCloseTo(expected[label], within(1e-4 + 1e-4 * Math.abs(expected[label])));
            }
          }
        }
      }
    }
  }

  /** With biases, gains and scales that show, unlike the initial ones. */
  private static float[] randomWeights(NetworkConfig config) {
    float[] values = InitialWeights.glorotUniform(config, 1);
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.1f * (float) random.nextGaussian();
    }
    return values;
  }

  private static NDArray pixels(NDManager manager, int images) {
    return LabelledImages.images(manager, ByteBuffer.wrap(IMAGES), 0, images);
  }
}
