package dev.rivulet.events.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void holdsFloatsAsLittleEndianBytes() {
    Tensor tensor = Tensor.ofFloats("t", new float[] {1, -0f, Float.NaN}, 3);

    assertThat(tensor.bytes()).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0, 0, 0xc0, 0x7f);
    assertThat(tensor.floats()).containsExactly(1, -0f, Float.NaN);
    assertThat(tensor.elements()).isEqualTo(3);
  }

  @Test
  void copiesFloatsAndWrapsBytes() {
    float[] floats = {1};
    byte[] bytes = {1};
    Tensor copied = Tensor.ofFloats("t", floats, 1);
    Tensor wrapped = Tensor.ofBytes("t", bytes, 1);
    floats[0] = 2;
    bytes[0] = 2;

    assertThat(copied.floats()).containsExactly(1);
    assertThat(wrapped.bytes()).containsExactly(2);
  }

  @Test
  void handsOutViewsThatCannotDisturbEachOther() {
    Tensor tensor = Tensor.ofBytes("t", new byte[] {1, 2}, 2);
    ByteBuffer view = tensor.data();
    view.get();

    assertThat(tensor.data().remaining()).isEqualTo(2);
    assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThatThrownBy(() -> tensor.data().put((byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void keepsItsShapeWhateverBecomesOfTheList() {
    List<Integer> shape = new ArrayList<>(List.of(2));
    Tensor tensor = new Tensor("t", TensorType.U8, shape, ByteBuffer.allocate(2));
    shape.set(0, 3);

    assertThat(tensor.shape()).containsExactly(2);
  }

  @Test
  void refusesAShapeThatDoesNotFitTheBytes() {
    assertThatThrownBy(() -> Tensor.ofFloats("t", new float[6], 2, 2))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor t: F32[2, 2] needs 16 bytes, not 24");
    assertThatThrownBy(() -> Tensor.ofBytes("t", new byte[6], -2, -3))
        .hasMessage("tensor t: negative dimension");
    // 65536 × 65536 is 0 as a 32-bit number
    assertThatThrownBy(() -> Tensor.ofBytes("t", new byte[0], 65_536, 65_536))
        .hasMessage("tensor t: too many elements");
    assertThatThrownBy(
            () -> new Tensor("t", TensorType.F64, List.of(1 << 29), ByteBuffer.allocate(0)))
        .hasMessage("tensor t: F64[536870912] needs 4294967296 bytes, not 0");
  }

  @Test
  void refusesToReadAnotherTypeAsFloats() {
    assertThatThrownBy(() -> Tensor.ofBytes("t", new byte[4], 4).floats())
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor t is U8, not F32");
  }
}
