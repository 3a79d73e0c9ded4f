package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The forward pass, from pixels to logits, as it is trained; {@link ScriptedNetwork} is the same
 * for weights that stay as they are.
 *
 * <p>Activations are matrices [images · height · width, channels], that is NHWC, so layer norms and
 * dense layers work on the last axis with no copy. Convolutions and pooling are handed an NCHW view
 * of them, which makes the engine run its channels-last kernels.
 */
final class Network {
  private static final float[] PIXEL_MEANS = Normalization.pixelMeans();
  private static final float[] PIXEL_DEVIATIONS = Normalization.pixelDeviations();
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape NO_PADDING = new Shape(0, 0);

  // of a batch of fewer, the engine leaves 1×1 convolutions to slower kernels; a map has as many
  // pixels at least
  private static final int CONVOLVED_BATCH = 16;

  private final NetworkConfig config;
  private final ActivationType activationType;
  private final boolean denseConvolved;

  /**
   * @param denseConvolved whether dense layers run as 1×1 convolutions
   */
  Network(NetworkConfig config, ActivationType activationType, boolean denseConvolved) {
    this.config = config;
    this.activationType = activationType;
    this.denseConvolved = denseConvolved;
  }

  /**
   * @param parameters from {@link ParameterViews}; in the type of the activations
   * @param images UINT8 [n, 32, 32, 3]
   * @return FLOAT32 [n, classes], owned by the manager of the images; those are freed
   */
  NDArray logits(List<NDArray> parameters, NDArray images, Dropout dropout) {
    Iterator<NDArray> next = parameters.iterator();
    long n = images.getShape().get(0);
    NDArray x = freeing(images, pixels -> stem(next, pixels, n));
    int dropoutLayer = 0;
    for (int stage = 0; stage < config.stages(); stage++) {
      if (stage > 0) {
        int side = config.side(stage - 1);
        x = freeing(x, map -> downscale(next, map, n, side));
      }
      for (int block = 0; block < config.depths().get(stage); block++) {
        int from = stage;
        int layer = dropoutLayer++;
        x = freeing(x, map -> bottleneck(next, map, n, from, dropout, layer));
      }
    }
    return freeing(x, map -> activationType.widen(head(next, map, n)));
  }

  /**
   * Applies a layer and frees its input and all that it made but its output, so that the next layer
   * gets memory that is still in the processor's cache. What a backward pass needs stays with the
   * engine.
   */
  private static NDArray freeing(NDArray input, UnaryOperator<NDArray> layer) {
    NDManager manager = input.getManager();
    try (NDManager own = manager.newSubManager()) {
      // what is computed belongs to the manager of the first operand
      input.attach(own);
      NDArray output = layer.apply(input);
      output.attach(manager);
      return output;
    }
  }

  private NDArray stem(Iterator<NDArray> next, NDArray images, long n) {
    NDArray means = images.getManager().create(PIXEL_MEANS);
    NDArray deviations = images.getManager().create(PIXEL_DEVIATIONS);
    NDArray pixels = images.toType(DataType.FLOAT32, false).sub(means).div(deviations);
    NDArray input = activationType.narrow(padded(pixels, n));
    NDArray map = convolution(input, next.next(), next.next(), NO_PADDING, 1);
    return norm(next, rows(map, config.width()), Normalization.NORM_EPSILON);
  }

  /** "Same" padding of an even kernel: one row and column before, two after. */
  private static NDArray padded(NDArray pixels, long n) {
    int side = NetworkConfig.IMAGE_SIDE;
    int channels = NetworkConfig.IMAGE_CHANNELS;
    NDArray row = pixels.getManager().zeros(new Shape(n, 1, side, channels));
    NDArray column = pixels.getManager().zeros(new Shape(n, side + 3, 1, channels));
    NDArray tall = NDArrays.concat(new NDList(row, pixels, row, row), 1);
    return NDArrays.concat(new NDList(column, tall, column, column), 2);
  }

  private NDArray bottleneck(
      Iterator<NDArray> next, NDArray x, long n, int stage, Dropout dropout, int layer) {
    int side = config.side(stage);
    NDArray view = x.reshape(n, side, side, config.channels(stage));
    NDArray filtered = freeing(view, map -> depthwise(next, map, stage));
    NDArray wide = freeing(filtered, rows -> norm(next, rows, Normalization.NORM_EPSILON));
    NDArray active = freeing(wide, rows -> dropout.apply(Activation.gelu(rows), layer));
    // in place: no layer needs the projection itself for its gradient
    return freeing(active, rows -> pixelwise(rows, next.next(), next.next())).addi(x);
  }

  /**
   * One filter for each of the channels, which stand side by side as often as there are filters for
   * each: the engine's fast depthwise kernels have no multiplier.
   */
  private NDArray depthwise(Iterator<NDArray> next, NDArray map, int stage) {
    int factor = config.factors().get(stage);
    int channels = factor * config.channels(stage);
    NDList copies = new NDList(Collections.nCopies(factor, map));
    NDArray repeated = factor == 1 ? map : NDArrays.concat(copies, 3);
    return rows(convolution(repeated, next.next(), next.next(), ONE, channels), channels);
  }

  private NDArray downscale(Iterator<NDArray> next, NDArray x, long n, int side) {
    NDArray doubled = pixelwise(x, next.next(), next.next());
    long channels = doubled.getShape().get(1);
    NDArray map = doubled.reshape(n, side, side, channels).transpose(0, 3, 1, 2);
    NDArray pooled = Pool.maxPool2d(map, TWO, TWO, NO_PADDING, false).transpose(0, 2, 3, 1);
    return norm(next, rows(pooled, channels), Normalization.DOWNSCALE_NORM_EPSILON);
  }

  private NDArray head(Iterator<NDArray> next, NDArray x, long n) {
    long channels = x.getShape().get(1);
    NDArray pooled = x.reshape(n, -1, channels).mean(new int[] {1});
    NDArray features = Activation.relu(norm(next, pooled, Normalization.NORM_EPSILON));
    return dense(features, next.next(), next.next());
  }

  private static NDArray convolution(
      NDArray map, NDArray weight, NDArray bias, Shape padding, int groups) {
    NDArray nchw = map.transpose(0, 3, 1, 2);
    return Conv2d.conv2d(nchw, weight, bias, ONE, padding, ONE, groups)
        .singletonOrThrow()
        .transpose(0, 2, 3, 1);
  }

  private static NDArray norm(Iterator<NDArray> next, NDArray rows, float epsilon) {
    NDArray gain = next.next();
    return LayerNorm.layerNorm(rows, gain.getShape(), gain, next.next(), epsilon)
        .singletonOrThrow();
  }

  /** A dense layer for each pixel. */
  private NDArray pixelwise(NDArray rows, NDArray weight, NDArray bias) {
    if (!denseConvolved) {
      return dense(rows, weight, bias);
    }
    long in = weight.getShape().get(1);
    long out = weight.getShape().get(0);
    NDArray map = rows.reshape(CONVOLVED_BATCH, -1, 1, in);
    return rows(convolution(map, weight.reshape(out, in, 1, 1), bias, NO_PADDING, 1), out);
  }

  private static NDArray dense(NDArray rows, NDArray weight, NDArray bias) {
    return Linear.linear(rows, weight, bias).singletonOrThrow();
  }

  private static NDArray rows(NDArray map, long channels) {
    return map.reshape(-1, channels);
  }
}
