package dev.rivulet.export.onnx;

import static dev.rivulet.export.onnx.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Normalization;
import dev.rivulet.network.Weights;
import java.util.List;
import java.util.Map;

/**
 * The network's forward pass as an ONNX graph, from pixels to logits and probabilities.
 *
 * <p>It follows {@code Network} in module network. Activations are [n, height, width, channels], so
 * that layer norms and dense layers work on the last axis; convolutions and pooling, which ONNX has
 * for [n, channels, height, width] only, stand between transpositions. The weights keep the names,
 * shapes and order that they have in a checkpoint.
 */
final class OnnxNetwork {
  static final String INPUT = "image";
  static final String LOGITS = "logits";
  static final String PROBABILITIES = "probabilities";

  private static final long[] TO_CHANNELS_FIRST = {0, 3, 1, 2};
  private static final long[] TO_CHANNELS_LAST = {0, 2, 3, 1};
  private static final long[] STEM_KERNEL = {4, 4};
  private static final long[] DEPTHWISE_KERNEL = {3, 3};
  private static final long[] TWO = {2, 2};
  // "same" padding: top, left, bottom, right
  private static final long[] STEM_PADDING = {1, 1, 2, 2};
  private static final long[] DEPTHWISE_PADDING = {1, 1, 1, 1};

  private final NetworkConfig config;
  private final OnnxGraph graph = new OnnxGraph("rivulet");
  private final String half;
  private final String one;
  private final String rootOfTwo;

  private OnnxNetwork(Weights weights) {
    config = weights.config();
    for (Tensor tensor : weights.toSafeTensors(Map.of()).tensors()) {
      graph.constant(tensor);
    }
    half = graph.constant("half", new float[] {0.5f});
    one = graph.constant("one", new float[] {1});
    rootOfTwo = graph.constant("root_of_two", new float[] {(float) Math.sqrt(2)});
  }

  static GraphProto graph(Weights weights) {
    OnnxNetwork network = new OnnxNetwork(weights);
    network.build();
    return network.graph.build();
  }

  private void build() {
    String x = stem();
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        x = downscale("downscales." + (stage - 1), x);
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        x = bottleneck("stages." + stage + ".blocks." + block, x, config.channels(stage));
      }
    }
    head(x);
  }

  private String stem() {
    int side = NetworkConfig.IMAGE_SIDE;
    int channels = NetworkConfig.IMAGE_CHANNELS;
    String image = graph.input(INPUT, DataType.UINT8, side, side, channels);
    String means = graph.constant("pixel_means", Normalization.pixelMeans(), channels);
    String deviations =
        graph.constant("pixel_deviations", Normalization.pixelDeviations(), channels);
    String floats = graph.node("Cast", List.of(image), attribute("to", DataType.FLOAT.getNumber()));
    String centred = graph.node("Sub", List.of(floats, means));
    String pixels = graph.node("Div", List.of(centred, deviations));
    String map = convolution("stem.conv", pixels, STEM_KERNEL, STEM_PADDING, 1);
    return norm("stem.norm", map, Normalization.NORM_EPSILON);
  }

  private String bottleneck(String name, String x, int channels) {
    // PyTorch's order of a grouped convolution's filters is ONNX' order too
    String wide =
        convolution(name + ".depthwise", x, DEPTHWISE_KERNEL, DEPTHWISE_PADDING, channels);
    String activated = gelu(norm(name + ".norm", wide, Normalization.NORM_EPSILON));
    String projected = dense(name + ".project", activated);
    String scaled = graph.node("Mul", List.of(projected, name + ".scale"));
    return graph.node("Add", List.of(x, scaled));
  }

  private String downscale(String name, String x) {
    String doubled = dense(name + ".dense", x);
    String map = transposed(doubled, TO_CHANNELS_FIRST);
    String pooled =
        graph.node(
            "MaxPool", List.of(map), attribute("kernel_shape", TWO), attribute("strides", TWO));
    String rows = transposed(pooled, TO_CHANNELS_LAST);
    return norm(name + ".norm", rows, Normalization.DOWNSCALE_NORM_EPSILON);
  }

  private void head(String x) {
    String pooled =
        graph.node(
            "ReduceMean",
            List.of(x),
            attribute("axes", new long[] {1, 2}),
            attribute("keepdims", 0));
    String normed = norm("head.norm", pooled, Normalization.NORM_EPSILON);
    String features = graph.node("Relu", List.of(normed));
    graph.named(
        LOGITS,
        "Gemm",
        List.of(features, "head.dense.weight", "head.dense.bias"),
        attribute("transB", 1));
    graph.named(PROBABILITIES, "Softmax", List.of(LOGITS), attribute("axis", 1));
    graph.output(LOGITS, config.classes());
    graph.output(PROBABILITIES, config.classes());
  }

  private String convolution(String name, String x, long[] kernel, long[] padding, int groups) {
    String map = transposed(x, TO_CHANNELS_FIRST);
    String filtered =
        graph.node(
            "Conv",
            List.of(map, name + ".weight", name + ".bias"),
            attribute("kernel_shape", kernel),
            attribute("pads", padding),
            attribute("group", groups));
    return transposed(filtered, TO_CHANNELS_LAST);
  }

  private String norm(String name, String x, float epsilon) {
    return graph.node(
        "LayerNormalization",
        List.of(x, name + ".weight", name + ".bias"),
        attribute("axis", -1),
        attribute("epsilon", epsilon));
  }

  /** x · (1 + erf(x / √2)) · ½: the exact one, which has an operator of its own only since 2023. */
  private String gelu(String x) {
    String error = graph.node("Erf", List.of(graph.node("Div", List.of(x, rootOfTwo))));
    String doubled = graph.node("Mul", List.of(x, graph.node("Add", List.of(error, one))));
    return graph.node("Mul", List.of(doubled, half));
  }

  /** A dense layer on the last axis; its weight is [outputs, inputs], as PyTorch has it. */
  private String dense(String name, String x) {
    String columns = transposed(name + ".weight", new long[] {1, 0});
    String product = graph.node("MatMul", List.of(x, columns));
    return graph.node("Add", List.of(product, name + ".bias"));
  }

  private String transposed(String x, long[] order) {
    return graph.node("Transpose", List.of(x), attribute("perm", order));
  }
}
