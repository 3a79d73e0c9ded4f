package dev.rivulet.hostile;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The damaged checkpoints of a seed, by number: what disks and networks do to one, and what a
 * program does that writes them wrongly, or lies.
 */
final class DamagedCheckpoints {
  private static final int LENGTH_BYTES = 8;
  private static final int KINDS = 20;

  private final long seed;

  DamagedCheckpoints(long seed) {
    this.seed = seed;
  }

  DamagedCheckpoint get(int number) {
    Random random = new Random(seed * 1_000_003 + number);
    // every seventh is damaged under the name of the checkpoint that serves
    int epoch = number % 7 == 6 ? 1 : 2 + number;
    String key = ServiceUnderTest.RUN + "/" + epoch;
    byte[] good = ServiceUnderTest.checkpoint(epoch);
    int header = LENGTH_BYTES + (int) headerBytes(good);
    return switch (number % KINDS) {
      case 0 -> of("one bit flipped", key, flip(good, 0, good.length, 1, random));
      case 1 -> of("one bit of the header flipped", key, flip(good, 8, header, 1, random));
      case 2 ->
          of("one bit of the weights flipped", key, flip(good, header, good.length, 1, random));
      case 3 -> of("some bits flipped", key, flip(good, 0, good.length, 40, random));
      case 4 -> of("a bit of the description flipped", key, describedWrongly(good, random));
      case 5 -> of("cut off", key, Arrays.copyOf(good, random.nextInt(good.length)));
      case 6 -> of("cut off and filled up", key, filledUp(good, random));
      case 7 -> of("a part missing", key, without(good, random));
      case 8 ->
          of(
              "more bytes after it",
              key,
              Arrays.copyOf(good, good.length + 1 + random.nextInt(100)));
      case 9 -> of("half of another one", key, halfOfAnother(good, epoch, random));
      case 10 -> of("lying length of the header", key, lyingLength(good, random));
      case 11 -> of("lying offsets or sizes", key, otherNumber(good, header, random));
      case 12 ->
          of(
              "weights that are no numbers",
              key,
              ServiceUnderTest.withWeights(
                  epoch, values -> values[random.nextInt(values.length)] = unreal(random)));
      case 13 ->
          of(
              "weights that overflow",
              key,
              ServiceUnderTest.withWeights(epoch, values -> Arrays.fill(values, Float.MAX_VALUE)));
      case 14 -> of("wrong shapes", key, wrongShape(good, random));
      case 15 -> of("a tensor missing or too many", key, wrongTensors(good, random));
      case 16 -> of("another network's metadata", key, described(good, Map.of("width", "16")));
      case 17 -> of("wrong classes or names", key, described(good, wrongNames(random)));
      case 18 -> of("another's key", ServiceUnderTest.RUN + "/" + (epoch + 1), good);
      default -> of("no checkpoint at all", key, foreign(random));
    };
  }

  private static DamagedCheckpoint of(String kind, String key, byte[] blob) {
    return new DamagedCheckpoint(kind, key, blob);
  }

  private static long headerBytes(byte[] blob) {
    return ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] flip(byte[] blob, int from, int to, int bits, Random random) {
    byte[] before = blob.clone();
    do {
      for (int i = 0; i < bits; i++) {
        blob[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
      }
      // an even number of flips of the same bit is none
    } while (Arrays.equals(before, blob));
    return blob;
  }

  private static byte[] describedWrongly(byte[] blob, Random random) {
    String header =
        new String(blob, LENGTH_BYTES, (int) headerBytes(blob), StandardCharsets.US_ASCII);
    int from = LENGTH_BYTES + header.indexOf("\"format\"");
    int to = LENGTH_BYTES + header.indexOf('}', header.indexOf("\"format\""));
    return flip(blob, from, to, 1, random);
  }

  private static byte[] filledUp(byte[] blob, Random random) {
    Arrays.fill(blob, random.nextInt(blob.length), blob.length, (byte) random.nextInt(256));
    return blob;
  }

  private static byte[] without(byte[] blob, Random random) {
    int length = 1 + random.nextInt(64);
    int from = random.nextInt(blob.length - length);
    byte[] rest = Arrays.copyOf(blob, blob.length - length);
    System.arraycopy(blob, from + length, rest, from, rest.length - from);
    return rest;
  }

  private static byte[] halfOfAnother(byte[] blob, int epoch, Random random) {
    byte[] other = ServiceUnderTest.checkpoint(epoch + 5_000);
    int from = LENGTH_BYTES + random.nextInt(Math.min(blob.length, other.length) - 64);
    System.arraycopy(other, from, blob, from, Math.min(blob.length, other.length) - from);
    return blob;
  }

  private static byte[] lyingLength(byte[] blob, Random random) {
    long real = headerBytes(blob);
    long[] lies = {
      0,
      1,
      2,
      -1,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      Integer.MAX_VALUE,
      real - 8,
      real + 8,
      blob.length,
      100 << 20
    };
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).putLong(lies[random.nextInt(lies.length)]);
    return blob;
  }

  /** One of the header's numbers of at least two digits, with other digits. */
  private static byte[] otherNumber(byte[] blob, int header, Random random) {
    int at;
    do {
      at = LENGTH_BYTES + random.nextInt(header - LENGTH_BYTES - 1);
    } while (!digit(blob[at]) || !digit(blob[at + 1]) || digit(blob[at - 1]));
    for (; digit(blob[at]); at++) {
      blob[at] = blob[at] == '9' ? (byte) '1' : (byte) '9';
    }
    return blob;
  }

  private static boolean digit(byte letter) {
    return letter >= '0' && letter <= '9';
  }

  private static float unreal(Random random) {
    float[] all = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    return all[random.nextInt(all.length)];
  }

  private static byte[] wrongShape(byte[] blob, Random random) {
    SafeTensors whole = SafeTensors.read(blob);
    List<Tensor> tensors = new ArrayList<>(whole.tensors());
    int at;
    List<Integer> shape;
    do {
      at = random.nextInt(tensors.size());
      shape = new ArrayList<>(tensors.get(at).shape());
      Collections.reverse(shape);
    } while (shape.equals(tensors.get(at).shape()));
    Tensor was = tensors.get(at);
    tensors.set(at, new Tensor(was.name(), was.type(), shape, was.data()));
    return SafeTensors.of(tensors, whole.metadata()).toBytes();
  }

  private static byte[] wrongTensors(byte[] blob, Random random) {
    SafeTensors whole = SafeTensors.read(blob);
    List<Tensor> tensors = new ArrayList<>(whole.tensors());
    int at = random.nextInt(tensors.size());
    Tensor one = tensors.get(at);
    Tensor renamed = new Tensor(one.name() + "x", one.type(), one.shape(), one.data());
    switch (random.nextInt(3)) {
      case 0 -> tensors.remove(at);
      case 1 -> tensors.add(renamed);
      default -> tensors.set(at, renamed);
    }
    return SafeTensors.of(tensors, whole.metadata()).toBytes();
  }

  private static Map<String, String> wrongNames(Random random) {
    List<Map<String, String>> all =
        List.of(
            Map.of("class_names", "[\"ant\",\"bee\"]"),
            Map.of("class_names", "[\"a\",\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]"),
            Map.of("class_names", "[[[[[[[["),
            Map.of("class_names", "{\"@class\":\"javax.script.ScriptEngineManager\"}"),
            Map.of("epoch", "-3"),
            Map.of("epoch", "99999999999999999999"),
            Map.of("run", ""),
            Map.of("run", "x".repeat(100_000)),
            Map.of("sha256", "00".repeat(32)),
            Map.of("format", "rivulet-checkpoint/1"),
            Map.of("created_at", "yesterday"));
    return all.get(random.nextInt(all.size()));
  }

  /** With other metadata, and the checksum of those. */
  private static byte[] described(byte[] blob, Map<String, String> changes) {
    SafeTensors whole = SafeTensors.read(blob);
    Map<String, String> metadata = new LinkedHashMap<>(whole.metadata());
    metadata.putAll(changes);
    return SafeTensors.of(whole.tensors(), ModelDescription.withChecksum(metadata)).toBytes();
  }

  private static byte[] foreign(Random random) {
    byte[] noise = new byte[random.nextInt(100_000)];
    random.nextBytes(noise);
    List<byte[]> all =
        List.of(
            new byte[0],
            noise,
            "PK\3\4\24\0\0\0archive/data.pkl".getBytes(StandardCharsets.ISO_8859_1),
            "\u00ac\u00ed\0\5sr\0\21java.util.HashMap".getBytes(StandardCharsets.ISO_8859_1),
            header("[".repeat(1 << 20)),
            header("{\"a\":".repeat(5_000)),
            header("{" + "\"a\":[],".repeat(20_000) + "\"b\":[]}"),
            header(
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}"),
            header(
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2147483647],\"data_offsets\":[0,8589934588]}}"),
            header("{\"__metadata__\":{\"epoch\":1e999}}"),
            header("{}"));
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] header(String json) {
    byte[] text = json.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(LENGTH_BYTES + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }
}
