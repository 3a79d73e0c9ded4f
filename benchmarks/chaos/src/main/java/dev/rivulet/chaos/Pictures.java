package dev.rivulet.chaos;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Images to publish, drawn once: PNGs of noise, and broken ones. */
final class Pictures {
  private static final int DIFFERENT = 100;
  private static final int SIDE = 32;
  private static final int BROKEN_EVERY = 20;

  private final List<byte[]> good =
      IntStream.range(0, DIFFERENT).mapToObj(Pictures::noise).toList();
  private final List<byte[]> broken =
      good.stream().map(png -> Arrays.copyOf(png, png.length / 2)).toList();

  /** Whether the image of that number is broken: 5 % are. */
  static boolean isBroken(int number) {
    return number % BROKEN_EVERY == BROKEN_EVERY - 1;
  }

  byte[] picture(int number) {
    return (isBroken(number) ? broken : good).get(number % DIFFERENT);
  }

  private static byte[] noise(int seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(i % SIDE, i / SIDE, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
