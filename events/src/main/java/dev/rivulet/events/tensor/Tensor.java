package dev.rivulet.events.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A named tensor: its element type, its shape (row-major) and its little-endian bytes.
 *
 * @param data exactly {@code elements × type.bytes()} bytes; a read-only, little-endian view
 */
public record Tensor(String name, TensorType type, List<Integer> shape, ByteBuffer data) {

  /**
   * @throws SafeTensorsException if a dimension is negative or the bytes do not match type and
   *     shape
   */
  public Tensor {
    shape = List.copyOf(shape);
    long needed = elements(name, shape) * type.bytes();
    if (data.remaining() != needed) {
      throw new SafeTensorsException(
          "tensor %s: %s%s needs %d bytes, not %d"
              .formatted(name, type, shape, needed, data.remaining()));
    }
    data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A U8 tensor over these bytes, which are not copied. */
  public static Tensor ofBytes(String name, byte[] values, int... shape) {
    return new Tensor(name, TensorType.U8, boxed(shape), ByteBuffer.wrap(values));
  }

  /** An F32 tensor with a copy of these values. */
  public static Tensor ofFloats(String name, float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(name, TensorType.F32, boxed(shape), bytes);
  }

  /** A view of the bytes with a position of its own, little-endian, read-only. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of elements. */
  public int elements() {
    return data.remaining() / type.bytes();
  }

  /** A copy of the elements of an F32 tensor. */
  public float[] floats() {
    FloatBuffer source = floatBuffer();
    float[] values = new float[source.remaining()];
    source.get(values);
    return values;
  }

  /**
   * Copies the elements of an F32 tensor into an array, from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void floats(float[] target, int offset) {
    FloatBuffer source = floatBuffer();
    source.get(target, offset, source.remaining());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    byte[] values = new byte[data.remaining()];
    data().get(values);
    return values;
  }

  private FloatBuffer floatBuffer() {
    expect(TensorType.F32);
    return data().asFloatBuffer();
  }

  private void expect(TensorType wanted) {
    if (type != wanted) {
      throw new SafeTensorsException("tensor %s is %s, not %s".formatted(name, type, wanted));
    }
  }

  private static long elements(String name, List<Integer> shape) {
    long elements = 1;
    for (int dimension : shape) {
      if (dimension < 0) {
        throw new SafeTensorsException("tensor %s: negative dimension".formatted(name));
      }
      elements *= dimension;
      if (elements > Integer.MAX_VALUE) {
        throw new SafeTensorsException("tensor %s: too many elements".formatted(name));
      }
    }
    return elements;
  }

  private static List<Integer> boxed(int[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
