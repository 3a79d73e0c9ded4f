package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassifierTest {
  private static final NetworkConfig CONFIG =
      new NetworkConfig(8, List.of(1, 1), List.of(2, 2), 10);
  private static final int N = 20;
  private static final byte[] IMAGES = new byte[N * NetworkConfig.IMAGE_BYTES];

  static {
    new Random(1).nextBytes(IMAGES);
  }

  @Test
  void givesADistributionPerImage() {
    try (Classifier classifier = classifier()) {
      float[][] rows = classifier.probabilities(IMAGES, N);

      assertThat(rows).hasNumberOfRows(N);
      for (float[] row : rows) {
        double sum = IntStream.range(0, row.length).mapToDouble(i -> row[i]).sum();
        assertThat(row).hasSize(10);
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
      assertThat(rows[0]).isNotEqualTo(rows[1]);
    }
  }

  @Test
  void doesNotMixTheImagesOfABatch() {
    try (Classifier classifier = classifier()) {
      float[][] together = classifier.probabilities(IMAGES, N);
      byte[] last = new byte[NetworkConfig.IMAGE_BYTES];
      System.arraycopy(IMAGES, (N - 1) * last.length, last, 0, last.length);

      assertThat(classifier.probabilities(last, 1)[0])
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(together[N - 1]);
    }
  }

  @Test
  void servesSeveralThreadsAtOnce() {
    try (Classifier classifier = classifier()) {
      float[][] expected = classifier.probabilities(IMAGES, N);

      List<float[][]> answers =
          IntStream.range(0, 16)
              .parallel()
              .mapToObj(i -> classifier.probabilities(IMAGES, N))
              .toList();

      assertThat(answers).allSatisfy(answer -> assertThat(answer).isDeepEqualTo(expected));
    }
  }

  @Test
  void refusesMissingImages() {
    try (Classifier classifier = classifier()) {
      assertThatThrownBy(() -> classifier.probabilities(new byte[100], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("100 bytes for 1 images of 3072 bytes");
    }
  }

  @Test
  void leavesNoNativeArraysBehind() {
    int before = liveArrays();
    try (Classifier classifier = classifier()) {
      classifier.warmUp();
      int held = liveArrays();
      classifier.probabilities(IMAGES, N);
      assertThat(liveArrays()).isEqualTo(held);
    }
    assertThat(liveArrays()).isEqualTo(before);
  }

  private static Classifier classifier() {
    float[] values = InitialWeights.glorotUniform(CONFIG, 1);
    return new Classifier(ComputeDevice.select("cpu", 2), new Weights(CONFIG, values));
  }

  /** Arrays that any manager of the engine holds. */
  private static int liveArrays() {
    try (NDManager probe = NDManager.newBaseManager()) {
      return probe.getParentManager().getManagedArrays().size();
    }
  }
}
