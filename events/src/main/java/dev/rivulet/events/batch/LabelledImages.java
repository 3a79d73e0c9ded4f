package dev.rivulet.events.batch;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.events.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images with their labels, as they travel on {@code training-batches} and {@code
 * validation-batches}.
 *
 * @param images U8 [n, 32, 32, 3], row-major, interleaved RGB
 * @param labels n indices into the data set's class names; U8 on the wire, or U16 if one is above
 *     255
 * @param mixture what else is in the images, if some are mixed
 */
public record LabelledImages(byte[] images, int[] labels, Optional<Mixture> mixture) {
  public static final int SIDE = 32;
  public static final int CHANNELS = 3;
  public static final int IMAGE_BYTES = SIDE * SIDE * CHANNELS;

  private static final int MAX_U8 = 255;
  private static final int MAX_U16 = 65_535;
  private static final float MAX_SHARE = 0.5f;
  private static final String SECOND_LABELS = "second_labels";
  private static final String SECOND_SHARES = "second_shares";

  /**
   * @throws IllegalArgumentException if the lengths do not fit together, or a label is not from 0
   *     to 65,535
   */
  public LabelledImages {
    if (images.length != (long) labels.length * IMAGE_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are not %d images".formatted(images.length, labels.length));
    }
    checkLabels(labels);
    mixture.ifPresent(
        mixed -> {
          if (mixed.labels().length != labels.length) {
            throw new IllegalArgumentException(
                "%d second labels for %d images".formatted(mixed.labels().length, labels.length));
          }
        });
  }

  /**
   * Second images that shine through, or stand in a square of, the first ones.
   *
   * @param labels n labels of the second images
   * @param shares n shares of the second images, 0 (nothing) to 0.5; F32 on the wire
   */
  public record Mixture(int[] labels, float[] shares) {

    /**
     * @throws IllegalArgumentException if the lengths differ, or a value is out of its range
     */
    public Mixture {
      if (labels.length != shares.length) {
        throw new IllegalArgumentException(
            "%d second labels with %d shares".formatted(labels.length, shares.length));
      }
      checkLabels(labels);
      for (float share : shares) {
        if (!(share >= 0 && share <= MAX_SHARE)) {
          throw new IllegalArgumentException("share %s is not from 0 to 0.5".formatted(share));
        }
      }
    }

    private Mixture slice(int from, int to) {
      return new Mixture(
          Arrays.copyOfRange(labels, from, to), Arrays.copyOfRange(shares, from, to));
    }
  }

  /** Images that are not mixed. */
  public LabelledImages(byte[] images, int[] labels) {
    this(images, labels, Optional.empty());
  }

  /** The images of some places. */
  LabelledImages slice(int from, int to) {
    return new LabelledImages(
        Arrays.copyOfRange(images, from * IMAGE_BYTES, to * IMAGE_BYTES),
        Arrays.copyOfRange(labels, from, to),
        mixture.map(mixed -> mixed.slice(from, to)));
  }

  /**
   * All of them, one after the other.
   *
   * @throws IllegalArgumentException if some are mixed and others are not
   */
  public static LabelledImages join(List<LabelledImages> all) {
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    all.forEach(some -> images.writeBytes(some.images));
    int[] labels = all.stream().flatMapToInt(some -> IntStream.of(some.labels)).toArray();
    List<Mixture> mixtures = all.stream().flatMap(some -> some.mixture.stream()).toList();
    if (mixtures.isEmpty()) {
      return new LabelledImages(images.toByteArray(), labels);
    }
    int[] second = mixtures.stream().flatMapToInt(some -> IntStream.of(some.labels)).toArray();
    FloatBuffer shares = FloatBuffer.allocate(second.length);
    mixtures.forEach(some -> shares.put(some.shares));
    return new LabelledImages(
        images.toByteArray(), labels, Optional.of(new Mixture(second, shares.array())));
  }

  public int size() {
    return labels.length;
  }

  /**
   * Tensors {@code images} and {@code labels}, and of a mixture {@code second_labels} and {@code
   * second_shares}, with this metadata.
   */
  public SafeTensors toTensors(Map<String, String> metadata) {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.ofBytes("images", images, size(), SIDE, SIDE, CHANNELS));
    tensors.add(labelTensor("labels", labels));
    mixture.ifPresent(
        mixed -> {
          tensors.add(labelTensor(SECOND_LABELS, mixed.labels));
          tensors.add(Tensor.ofFloats(SECOND_SHARES, mixed.shares, size()));
        });
    return SafeTensors.of(tensors, metadata);
  }

  /**
   * @throws SafeTensorsException if the tensors are not images with their labels
   */
  public static LabelledImages fromTensors(SafeTensors tensors) {
    Tensor images = tensors.tensor("images");
    Tensor labels = tensors.tensor("labels");
    boolean fits =
        images.type() == TensorType.U8
            && labels.shape().size() == 1
            && images.shape().equals(List.of(labels.elements(), SIDE, SIDE, CHANNELS));
    if (!fits) {
      throw new SafeTensorsException(
          "images %s%s and labels %s are not U8 [n, 32, 32, 3] and [n]"
              .formatted(images.type(), images.shape(), labels.shape()));
    }
    return new LabelledImages(images.bytes(), labels(labels), mixture(tensors, labels.elements()));
  }

  private static Optional<Mixture> mixture(SafeTensors tensors, int n) {
    if (!tensors.has(SECOND_LABELS)) {
      return Optional.empty();
    }
    Tensor labels = tensors.tensor(SECOND_LABELS);
    Tensor shares = tensors.tensor(SECOND_SHARES);
    if (!labels.shape().equals(List.of(n)) || !shares.shape().equals(List.of(n))) {
      throw new SafeTensorsException(
          "%s %s and %s %s are not [%d]"
              .formatted(SECOND_LABELS, labels.shape(), SECOND_SHARES, shares.shape(), n));
    }
    try {
      return Optional.of(new Mixture(labels(labels), shares.floats()));
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException(e.getMessage(), e);
    }
  }

  private static void checkLabels(int[] labels) {
    for (int label : labels) {
      if (label < 0 || label > MAX_U16) {
        throw new IllegalArgumentException(
            "label %d is not from 0 to %d".formatted(label, MAX_U16));
      }
    }
  }

  private static Tensor labelTensor(String name, int[] labels) {
    boolean wide = false;
    for (int label : labels) {
      wide |= label > MAX_U8;
    }
    TensorType type = wide ? TensorType.U16 : TensorType.U8;
    ByteBuffer bytes =
        ByteBuffer.allocate(labels.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int label : labels) {
      if (wide) {
        bytes.putShort((short) label);
      } else {
        bytes.put((byte) label);
      }
    }
    return new Tensor(name, type, List.of(labels.length), bytes.flip());
  }

  private static int[] labels(Tensor tensor) {
    ByteBuffer bytes = tensor.data();
    int[] labels = new int[tensor.elements()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          switch (tensor.type()) {
            case U8 -> Byte.toUnsignedInt(bytes.get());
            case U16 -> Short.toUnsignedInt(bytes.getShort());
            default ->
                throw new SafeTensorsException(
                    "%s are %s, not U8 or U16".formatted(tensor.name(), tensor.type()));
          };
    }
    return labels;
  }
}
