package dev.rivulet.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.export.Samples;
import dev.rivulet.network.Classifier;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime computes from the file is what the engine computes from the weights. */
class OnnxModelTest {
  private static final int SIDE = NetworkConfig.IMAGE_SIDE;
  private static final float TOLERANCE = 1e-4f;

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(16, 10),
        new NetworkConfig(8, List.of(1), List.of(1), 2),
        new NetworkConfig(8, List.of(1, 2, 1, 1), List.of(3, 1, 8, 2), 101));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void givesTheEnginesLogitsAndAnswersOnAThousandImages(NetworkConfig config) throws OrtException {
    Weights weights = Samples.weights(config);
    ByteBuffer images = Samples.images(1_000);
    float[][] logits;
    float[][] probabilities;
    try (Classifier classifier = new Classifier(ComputeDevice.select("cpu"), weights)) {
      logits = classifier.logits(images, 1_000);
      probabilities = classifier.probabilities(images, 1_000);
    }

    try (OrtSession session = session(weights)) {
      Answer answer = run(session, images, 1_000);
      for (int i = 0; i < logits.length; i++) {
        assertThat(distance(answer.logits[i], logits[i])).as("logits of %d", i).isLessThan(1e-4f);
        assertThat(distance(answer.probabilities[i], probabilities[i])).isLessThan(TOLERANCE);
        assertThat(argMax(answer.logits[i])).isEqualTo(argMax(logits[i]));
      }
      // the images differ, and the network sees it
      assertThat(distance(logits[0], logits[1])).isGreaterThan(10 * TOLERANCE);
    }
  }

  @Test
  void takesAnyNumberOfImages() throws OrtException {
    ByteBuffer images = Samples.images(3);
    try (OrtSession session = session(Samples.weights(NetworkConfig.of(8, 10)))) {
      float[][] three = run(session, images, 3).logits;
      float[][] one = run(session, images, 1).logits;

      assertThat(three).hasDimensions(3, 10);
      assertThat(one).hasDimensions(1, 10);
      assertThat(distance(one[0], three[0])).isLessThan(TOLERANCE);
    }
  }

  @Test
  void describesItsInputItsOutputsAndItself() throws OrtException {
    ModelDescription model = Samples.model();
    try (OrtSession session = session(Samples.weights(NetworkConfig.of(8, 10)))) {
      TensorInfo image = (TensorInfo) session.getInputInfo().get("image").getInfo();
      TensorInfo logits = (TensorInfo) session.getOutputInfo().get("logits").getInfo();

      assertThat(session.getInputNames()).containsExactly("image");
      assertThat(session.getOutputNames()).containsExactly("logits", "probabilities");
      assertThat(image.type).isEqualTo(OnnxJavaType.UINT8);
      assertThat(image.getShape()).containsExactly(-1, 32, 32, 3);
      assertThat(logits.getShape()).containsExactly(-1, 10);
      assertThat(session.getMetadata().getProducerName()).isEqualTo("Rivulet");
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("class_names", model.toMetadata().get("class_names"))
          .containsEntry("run", model.run())
          .containsEntry("epoch", String.valueOf(model.epoch()))
          .containsEntry("dataset", model.dataset())
          .containsEntry("validation_accuracy", String.valueOf(model.validationAccuracy()))
          .containsEntry("width", "8")
          .doesNotContainKey("format");
    }
  }

  @Test
  void isTheSameFileFromTheSameWeights() {
    Weights weights = Samples.weights(NetworkConfig.of(8, 10));

    assertThat(OnnxModel.of(Samples.model(), weights))
        .isEqualTo(OnnxModel.of(Samples.model(), weights));
  }

  private record Answer(float[][] logits, float[][] probabilities) {}

  private static OrtSession session(Weights weights) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(OnnxModel.of(Samples.model(), weights));
  }

  private static Answer run(OrtSession session, ByteBuffer images, int n) throws OrtException {
    ByteBuffer pixels = ByteBuffer.allocateDirect(n * NetworkConfig.IMAGE_BYTES);
    pixels.put(images.duplicate().limit(pixels.capacity())).flip();
    long[] shape = {n, SIDE, SIDE, NetworkConfig.IMAGE_CHANNELS};
    try (OnnxTensor image =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("image", image))) {
      return new Answer(
          (float[][]) result.get("logits").orElseThrow().getValue(),
          (float[][]) result.get("probabilities").orElseThrow().getValue());
    }
  }

  private static float distance(float[] left, float[] right) {
    float distance = 0;
    for (int i = 0; i < left.length; i++) {
      distance = Math.max(distance, Math.abs(left[i] - right[i]));
    }
    return distance;
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
