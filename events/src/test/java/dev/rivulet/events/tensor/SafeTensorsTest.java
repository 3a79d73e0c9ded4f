package dev.rivulet.events.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  private static final Map<String, String> METADATA = Map.of("run", "r/1 \"quoted\" Ötzi");

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void readsBackEveryType(TensorType type) {
    byte[] bytes = new byte[6 * type.bytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
    }
    Tensor tensor = new Tensor("t", type, List.of(2, 3), ByteBuffer.wrap(bytes));

    SafeTensors read = SafeTensors.read(SafeTensors.of(List.of(tensor), METADATA).toBytes());

    assertThat(read.tensor("t")).isEqualTo(tensor);
    assertThat(read.tensor("t").bytes()).isEqualTo(bytes);
    assertThat(read.metadata()).isEqualTo(METADATA);
  }

  @Test
  void keepsTheOrderOfTensorsAndMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 20; i > 0; i--) {
      metadata.put("key" + i, "value" + i);
      tensors.add(Tensor.ofFloats("tensor" + i, new float[] {i, -i}, 1, 2, 1));
    }

    SafeTensors read = SafeTensors.read(SafeTensors.of(tensors, metadata).toBytes());

    assertThat(read.metadata().keySet()).containsExactlyElementsOf(metadata.keySet());
    assertThat(read.tensors()).containsExactlyElementsOf(tensors);
    assertThat(read.toBytes()).isEqualTo(SafeTensors.of(tensors, metadata).toBytes());
  }

  @Test
  void alignsTheTensorsToEightBytes() {
    for (int length = 0; length < 9; length++) {
      Tensor tensor = Tensor.ofFloats("x".repeat(length + 1), new float[] {1}, 1);
      byte[] blob = SafeTensors.of(List.of(tensor), Map.of()).toBytes();
      long header = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).getLong();

      assertThat(header % 8).isZero();
      assertThat(blob).hasSize((int) (8 + header + 4));
      assertThat(blob[8]).isEqualTo((byte) '{');
    }
  }

  @Test
  void writesTheBytesOfTheFormat() {
    String header =
        "{\"__metadata__\":{\"a\":\"b\"},\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    byte[] blob =
        SafeTensors.of(List.of(Tensor.ofBytes("t", new byte[] {7, 9}, 2)), Map.of("a", "b"))
            .toBytes();

    assertThat(blob).isEqualTo(blob(header + " ".repeat(-header.length() & 7), 7, 9));
  }

  @Test
  void takesTensorsWithoutElementsAndWithoutDimensions() {
    SafeTensors read =
        SafeTensors.read(
            SafeTensors.of(
                    List.of(
                        Tensor.ofFloats("none", new float[0], 0, 5),
                        Tensor.ofFloats("scalar", new float[] {1.5f})),
                    Map.of())
                .toBytes());

    assertThat(read.tensor("none").elements()).isZero();
    assertThat(read.tensor("scalar").floats()).containsExactly(1.5f);
    assertThat(SafeTensors.read(SafeTensors.of(List.of(), Map.of()).toBytes()).tensors()).isEmpty();
  }

  @Test
  void readsTensorsInTheOrderOfTheirBytes() {
    byte[] blob =
        blob(
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            5,
            6);

    assertThat(SafeTensors.read(blob).tensors()).extracting(Tensor::name).containsExactly("a", "b");
    assertThat(SafeTensors.read(blob).tensor("b").bytes()).containsExactly(6);
  }

  @Test
  void refusesToWriteTwoTensorsOfOneName() {
    Tensor tensor = Tensor.ofBytes("t", new byte[1], 1);

    assertThatThrownBy(() -> SafeTensors.of(List.of(tensor, tensor), Map.of()))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("tensor name t is taken");
    Tensor reserved = Tensor.ofBytes("__metadata__", new byte[1], 1);
    assertThatThrownBy(() -> SafeTensors.of(List.of(reserved), Map.of()))
        .hasMessage("tensor name __metadata__ is taken");
  }

  @Test
  void refusesToWriteWhatItWouldNotRead() {
    SafeTensors tooLong =
        SafeTensors.of(List.of(), Map.of("k", "v".repeat(SafeTensors.MAX_HEADER_BYTES)));
    assertThatThrownBy(tooLong::toBytes)
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("too large");

    // one buffer, seventeen times: more than a Java array holds
    ByteBuffer large = ByteBuffer.allocate(128 << 20);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      tensors.add(new Tensor("t" + i, TensorType.U8, List.of(128 << 20), large));
    }
    assertThatThrownBy(SafeTensors.of(tensors, Map.of())::toBytes)
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("too large");

    List<Tensor> many = new ArrayList<>();
    for (int i = 0; i < 4_097; i++) {
      many.add(Tensor.ofBytes("t" + i, new byte[0], 0));
    }
    assertThatThrownBy(() -> SafeTensors.of(many, Map.of()))
        .hasMessage("4097 tensors; 4096 at most");
    many.remove(0);
    assertThat(SafeTensors.read(SafeTensors.of(many, Map.of()).toBytes()).tensors()).hasSize(4_096);
  }

  @Test
  void namesWhatIsMissing() {
    SafeTensors blob =
        SafeTensors.of(List.of(Tensor.ofBytes("t", new byte[1], 1)), Map.of("step", "many"));

    assertThatThrownBy(() -> blob.tensor("u"))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("no tensor u among 1: [t]");
    assertThatThrownBy(() -> blob.metadata("run")).hasMessage("no metadata run");
    assertThatThrownBy(() -> blob.metadataLong("step"))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("metadata step is no whole number");
    assertThat(blob.has("t")).isTrue();
    assertThat(blob.has("u")).isFalse();
  }

  @Test
  void refusesABlobCutOffAnywhere() {
    byte[] blob = sample();
    for (int length = 0; length < blob.length; length++) {
      byte[] cut = Arrays.copyOf(blob, length);
      assertThatThrownBy(() -> SafeTensors.read(cut)).isInstanceOf(SafeTensorsException.class);
    }
  }

  @Test
  void refusesBytesAfterTheLastTensor() {
    byte[] blob = Arrays.copyOf(sample(), sample().length + 1);

    assertRefused(blob, "1 bytes after the last tensor");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {-1, 0, 1, 59, 1L << 22, (1L << 22) + 1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesAHeaderLengthThatLies(long length) {
    byte[] blob = blob("{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).putLong(length);

    assertRefused(blob, "not safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a hole, an overlap, an overrun, the wrong way round, below zero, not whole, too large
        "\"shape\":[1],\"data_offsets\":[1,2]",
        "\"shape\":[0],\"data_offsets\":[0,0]",
        "\"shape\":[3],\"data_offsets\":[0,3]",
        "\"shape\":[2],\"data_offsets\":[2,0]",
        "\"shape\":[3],\"data_offsets\":[-1,2]",
        "\"shape\":[2],\"data_offsets\":[0.0,2.0]",
        "\"shape\":[2],\"data_offsets\":[0,4294967298]",
        "\"shape\":[2],\"data_offsets\":[0,18446744073709551618]",
        "\"shape\":[2],\"data_offsets\":[0]",
        "\"shape\":[2],\"data_offsets\":[0,2,2]",
        "\"shape\":[2],\"data_offsets\":{\"0\":0,\"1\":2}",
        "\"shape\":[2]",
        // shapes that do not fit two bytes, or nothing
        "\"shape\":[1],\"data_offsets\":[0,2]",
        "\"shape\":[-2],\"data_offsets\":[0,2]",
        "\"shape\":[-1,-2],\"data_offsets\":[0,2]",
        "\"shape\":[2.5],\"data_offsets\":[0,2]",
        "\"shape\":[\"2\"],\"data_offsets\":[0,2]",
        "\"shape\":2,\"data_offsets\":[0,2]",
        "\"shape\":[4294967298],\"data_offsets\":[0,2]",
        "\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,2]",
        "\"shape\":[2147483647,2147483647,2],\"data_offsets\":[0,2]",
        "\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,2]",
        "\"data_offsets\":[0,2]",
        "\"shape\":[2],\"data_offsets\":[0,2],\"shape\":[2]",
        "\"shape\":[2],\"data_offsets\":[0,2],\"dtype\":\"F16\"",
      })
  void refusesALineOfTheHeaderThatLies(String line) {
    assertRefused(blob("{\"t\":{\"dtype\":\"U8\"," + line + "}}", 1, 2), "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  ",
        "[]",
        "{}{}",
        "null",
        "{\"t\":",
        "{\"t\":1}",
        "{\"t\":null}",
        "{\"t\":{\"dtype\":\"U9\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"t\":{\"dtype\":1,\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"t\":{\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"__metadata__\":[]}",
        "{\"__metadata__\":null}",
        "{\"__metadata__\":{\"a\":1}}",
        "{\"__metadata__\":{\"a\":{}}}",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
        "{\"t\":{\"a\":{\"b\":{\"c\":{}}}}}",
        "{\"t\":[[[[[[[[]]]]]]]]}",
        " {}",
      })
  void refusesAHeaderThatIsNone(String header) {
    assertRefused(blob(header), "");
  }

  @Test
  void refusesAHeaderOfManyTinyValues() {
    // as a tree in memory it would take some fifty times its size
    String values = "{},".repeat(1_000_000);
    byte[] blob = blob("{\"t\":[" + values.substring(0, values.length() - 1) + "]}");

    assertRefused(blob, "the header is not JSON");
  }

  @Test
  void refusesABigDimensionProductThatWrapsToTheRightSize() {
    // 2^33 × 2^31 wraps to 0 as a 64-bit number
    assertRefused(
        blob(
            "{\"t\":{\"dtype\":\"U8\",\"shape\":[1073741824,8,1073741824,2],\"data_offsets\":[0,0]}}"),
        "too many elements");
  }

  @Test
  void readsTheRemainingBytesOfABuffer() {
    byte[] blob = sample();
    ByteBuffer larger = ByteBuffer.allocate(blob.length + 20).position(3).put(blob).flip();
    larger.position(3);

    assertThat(SafeTensors.read(larger).tensors()).hasSize(2);
    assertThat(larger.position()).isEqualTo(3);
  }

  static byte[] sample() {
    return SafeTensors.of(
            List.of(
                Tensor.ofFloats("weight", new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                Tensor.ofBytes("labels", new byte[] {1, 2, 3}, 3)),
            Map.of("run", "r"))
        .toBytes();
  }

  static byte[] blob(String header, int... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer blob =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    blob.putLong(json.length).put(json);
    for (int value : data) {
      blob.put((byte) value);
    }
    return blob.array();
  }

  private static void assertRefused(byte[] blob, String why) {
    assertThatThrownBy(() -> SafeTensors.read(blob))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(why);
  }
}
