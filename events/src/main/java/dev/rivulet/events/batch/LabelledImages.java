package dev.rivulet.events.batch;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.events.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Images with their labels, as they travel on {@code training-batches} and {@code
 * validation-batches}.
 *
 * @param images U8 [n, 32, 32, 3], row-major, interleaved RGB
 * @param labels n indices into the data set's class names; U8 on the wire, or U16 if one is above
 *     255
 */
public record LabelledImages(byte[] images, int[] labels) {
  public static final int SIDE = 32;
  public static final int CHANNELS = 3;
  public static final int IMAGE_BYTES = SIDE * SIDE * CHANNELS;

  private static final int MAX_U8 = 255;
  private static final int MAX_U16 = 65_535;

  /**
   * @throws IllegalArgumentException if the lengths do not fit together, or a label is not from 0
   *     to 65,535
   */
  public LabelledImages {
    if (images.length != (long) labels.length * IMAGE_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are not %d images".formatted(images.length, labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label > MAX_U16) {
        throw new IllegalArgumentException(
            "label %d is not from 0 to %d".formatted(label, MAX_U16));
      }
    }
  }

  public int size() {
    return labels.length;
  }

  /** Tensors {@code images} and {@code labels} with this metadata. */
  public SafeTensors toTensors(Map<String, String> metadata) {
    return SafeTensors.of(
        List.of(Tensor.ofBytes("images", images, size(), SIDE, SIDE, CHANNELS), labelTensor()),
        metadata);
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
    return new LabelledImages(images.bytes(), labels(labels));
  }

  private Tensor labelTensor() {
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
    return new Tensor("labels", type, List.of(labels.length), bytes.flip());
  }

  private static int[] labels(Tensor tensor) {
    ByteBuffer bytes = tensor.data();
    int[] labels = new int[tensor.elements()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          switch (tensor.type()) {
            case U8 -> Byte.toUnsignedInt(bytes.get());
            case U16 -> Short.toUnsignedInt(bytes.getShort());
            default -> throw new SafeTensorsException("labels are " + tensor.type());
          };
    }
    return labels;
  }
}
