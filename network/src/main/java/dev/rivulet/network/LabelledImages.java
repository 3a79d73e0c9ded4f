package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A checked batch of images with their labels, of which slices become tensors. */
final class LabelledImages {
  private final ByteBuffer images;
  private final int[] labels;
  private final Mixture mixture;
  private final int count;
  private final int classes;

  /**
   * @param images at least count images from the buffer's position on
   * @param labels at least count labels
   * @throws IllegalArgumentException if there are fewer, or a label is no class
   */
  LabelledImages(ByteBuffer images, int[] labels, int count, int classes) {
    this(images, labels, Optional.empty(), count, classes);
  }

  /** The same of images that are mixed, perhaps. */
  LabelledImages(
      ByteBuffer images, int[] labels, Optional<Mixture> mixture, int count, int classes) {
    checkImages(images, count);
    checkLabels(labels, count, classes);
    mixture.ifPresent(mixed -> checkLabels(mixed.labels(), count, classes));
    this.images = images;
    this.labels = labels;
    this.mixture = mixture.orElse(null);
    this.count = count;
    this.classes = classes;
  }

  private static void checkLabels(int[] labels, int count, int classes) {
    if (labels.length < count) {
      throw new IllegalArgumentException("%d labels for %d images".formatted(labels.length, count));
    }
    for (int i = 0; i < count; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "label %d of image %d is not one of %d classes".formatted(labels[i], i, classes));
      }
    }
  }

  int count() {
    return count;
  }

  int label(int image) {
    return labels[image];
  }

  NDArray images(NDManager manager, int first, int n) {
    return images(manager, images, first, n);
  }

  /**
   * FLOAT32 [n, classes]: the label's share 1, or less if the image is mixed or labels are
   * smoothed.
   *
   * @param smoothing share that is spread evenly over all classes
   */
  NDArray targets(NDManager manager, int first, int n, float smoothing) {
    float[] targets = new float[n * classes];
    float certain = 1 - smoothing;
    if (smoothing > 0) {
      Arrays.fill(targets, smoothing / classes);
    }
    for (int i = 0; i < n; i++) {
      int image = first + i;
      float second = mixture == null ? 0 : mixture.shares()[image];
      targets[i * classes + labels[image]] += certain * (1 - second);
      if (second > 0) {
        targets[i * classes + mixture.labels()[image]] += certain * second;
      }
    }
    return manager.create(targets, new Shape(n, classes));
  }

  /** INT64 [n]. */
  NDArray labels(NDManager manager, int first, int n) {
    long[] wide = new long[n];
    for (int i = 0; i < n; i++) {
      wide[i] = labels[first + i];
    }
    return manager.create(wide);
  }

  /** UINT8 [n, 32, 32, 3]. */
  static NDArray images(NDManager manager, ByteBuffer images, int first, int n) {
    int side = NetworkConfig.IMAGE_SIDE;
    ByteBuffer bytes =
        images.slice(
            images.position() + first * NetworkConfig.IMAGE_BYTES, n * NetworkConfig.IMAGE_BYTES);
    Shape shape = new Shape(n, side, side, NetworkConfig.IMAGE_CHANNELS);
    return manager.create(bytes, shape, DataType.UINT8);
  }

  /**
   * @throws IllegalArgumentException if the buffer holds fewer than count images or count is not
   *     positive
   */
  static void checkImages(ByteBuffer images, int count) {
    if (count < 1 || images.remaining() / NetworkConfig.IMAGE_BYTES < count) {
      throw new IllegalArgumentException(
          "%d bytes for %d images of %d bytes"
              .formatted(images.remaining(), count, NetworkConfig.IMAGE_BYTES));
    }
  }
}
