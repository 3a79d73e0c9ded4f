package dev.rivulet.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The inputs of a seed, by number: the same number is the same bytes, whatever came before. Each
 * bomb is among the first ones, so that a short trial has them all.
 */
final class HostileImages {
  private static final List<byte[]> OTHER_FORMATS =
      List.of(
          "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
              .getBytes(StandardCharsets.US_ASCII),
          "%PDF-1.7\n%x\n".getBytes(StandardCharsets.US_ASCII),
          new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0},
          "RIFF\0\0\0\0WEBPVP8 ".getBytes(StandardCharsets.US_ASCII),
          new byte[] {'P', 'K', 3, 4, 20, 0},
          new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0});
  private static final int HUGE_BYTES = (16 << 20) + 1_000;
  private static final int HUGE_EVERY = 400;
  private static final int FIRST_HUGE = 2;
  // and the second of three: these are sent over REST as what they are, see RestTrial
  private static final int BOMB_EVERY = 3;

  private final long seed;
  private final List<HostileInput> bombs = Bombs.all();

  HostileImages(long seed) {
    this.seed = seed;
  }

  HostileInput get(int number) {
    Random random = new Random(seed * 1_000_003 + number);
    if (number % HUGE_EVERY == FIRST_HUGE) {
      return new HostileInput("more than 16 MiB", random(random, HUGE_BYTES));
    }
    if (number % BOMB_EVERY == 1 && number / BOMB_EVERY < bombs.size()) {
      return bombs.get(number / BOMB_EVERY);
    }
    int turn = number / 20;
    return switch (number % 20) {
      case 0, 1, 2, 3, 4 -> ValidPictures.of(number, random);
      case 5 -> new HostileInput("no value", null);
      case 6 -> new HostileInput("empty value", new byte[0]);
      case 7 -> new HostileInput("raw pixels", random(random, 3_072));
      case 8 -> new HostileInput("random bytes", random(random, random.nextInt(5_000) + 1));
      case 9 -> new HostileInput("other format", OTHER_FORMATS.get(turn % OTHER_FORMATS.size()));
      case 10 -> bombs.get(turn % bombs.size());
      default -> mutated(turn, random);
    };
  }

  private static HostileInput mutated(int turn, Random random) {
    byte[] file = ValidPictures.of(random.nextInt(16), random).bytes();
    return switch (random.nextInt(6)) {
      case 0 -> new HostileInput("bits flipped", flipped(file, file.length, random));
      case 1 ->
          new HostileInput("header changed", flipped(file, Math.min(60, file.length), random));
      case 2 -> new HostileInput("cut off", Arrays.copyOf(file, random.nextInt(file.length)));
      case 3 -> new HostileInput("part missing or doubled", moved(file, random));
      case 4 -> new HostileInput("a number of its own replaced", numbered(file, random));
      default ->
          new HostileInput(
              "two files in one", joined(file, ValidPictures.of(turn % 16, random).bytes()));
    };
  }

  private static byte[] flipped(byte[] file, int range, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      file[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
    }
    return file;
  }

  private static byte[] moved(byte[] file, Random random) {
    int from = random.nextInt(file.length);
    int to = random.nextInt(file.length);
    return joined(Arrays.copyOf(file, from), Arrays.copyOfRange(file, to, file.length));
  }

  /** Lengths and sizes are numbers of two or four bytes, most often near the beginning. */
  private static byte[] numbered(byte[] file, Random random) {
    int[] extremes = {0, 1, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x80000000, 20_000};
    int at = random.nextInt(Math.max(1, Math.min(file.length, 200) - 4));
    int value = extremes[random.nextInt(extremes.length)];
    if (random.nextBoolean()) {
      ByteBuffer.wrap(file).putInt(at, value);
    } else {
      ByteBuffer.wrap(file).putShort(at, (short) value);
    }
    return file;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
