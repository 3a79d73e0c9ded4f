package dev.rivulet.performance.probe;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.rivulet.export.onnx.OnnxModel;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.pipeline.PublishedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The forward pass of ONNX Runtime on the same weights, in both ways to use several processors: one
 * call on all of them, and a call per processor.
 */
public final class OnnxProbe {
  public static final String NAME = "onnx";

  private OnnxProbe() {}

  /**
   * @param args seconds per setting, threads, batch sizes …
   */
  static Measured run(String[] args) throws OrtException, InterruptedException {
    double seconds = Double.parseDouble(args[0]);
    int threads = Integer.parseInt(args[1]);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, Double> rates = new LinkedHashMap<>();
    for (int i = 2; i < args.length; i++) {
      int batch = Integer.parseInt(args[i]);
      try (OrtSession session = session(environment, threads)) {
        rates.put("batch " + batch, rate(environment, session, batch, seconds));
      }
      try (OrtSession session = session(environment, 1)) {
        rates.put(
            "batch %d on each of %d threads".formatted(batch, threads),
            Threads.sumOfRates(
                threads, thread -> () -> rate(environment, session, batch, seconds)));
      }
    }
    return new Measured("ONNX Runtime " + environment.getVersion() + " (Java)", rates);
  }

  private static OrtSession session(OrtEnvironment environment, int threads) throws OrtException {
    Weights weights = PublishedModel.weights(1);
    byte[] model = OnnxModel.of(PublishedModel.describe(1, weights), weights);
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      return environment.createSession(model, options);
    }
  }

  private static double rate(
      OrtEnvironment environment, OrtSession session, int batch, double seconds)
      throws OrtException {
    ByteBuffer images =
        ByteBuffer.allocateDirect(batch * NetworkConfig.IMAGE_BYTES).order(ByteOrder.nativeOrder());
    images.put(ForwardProbe.images(batch)).flip();
    int side = NetworkConfig.IMAGE_SIDE;
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(
            environment, images, new long[] {batch, side, side, 3}, OnnxJavaType.UINT8)) {
      return Rate.of(seconds, batch, () -> classify(session, tensor));
    }
  }

  private static void classify(OrtSession session, OnnxTensor images) {
    try (OrtSession.Result result = session.run(Map.of("image", images), Set.of("logits"))) {
      if (!(result.get(0) instanceof OnnxTensor)) {
        throw new IllegalStateException("the model's answer is no tensor");
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }
}
