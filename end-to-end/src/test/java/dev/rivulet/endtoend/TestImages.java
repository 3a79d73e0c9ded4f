package dev.rivulet.endtoend;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images in every format that Rivulet takes, and some that are none. */
final class TestImages {
  private static final List<String> CLASSES = List.of("ant", "bee", "cat");
  private static final String[] FORMATS = {"png", "jpeg", "bmp", "gif"};

  private TestImages() {}

  /** Of the given number, always the same: formats and sizes take turns. */
  static byte[] good(int number) {
    Random random = new Random(number);
    if (number % 5 == 4) {
      byte[] raw = new byte[3 * 32 * 32];
      random.nextBytes(raw);
      return raw;
    }
    int width = number % 2 == 0 ? 32 : 20 + random.nextInt(200);
    int height = number % 2 == 0 ? 32 : 20 + random.nextInt(200);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return encode(image, FORMATS[number % 5]);
  }

  /** Truncated, empty, text, or damaged in the middle. */
  static byte[] broken(int number) {
    byte[] png = good(number - number % 5);
    return switch (number % 4) {
      case 0 -> Arrays.copyOf(png, png.length / 2);
      case 1 -> new byte[0];
      case 2 -> "this is no image".getBytes(StandardCharsets.UTF_8);
      default -> {
        Arrays.fill(png, 20, 40, (byte) 0);
        yield png;
      }
    };
  }

  /** A folder of classes, as {@code --dataset} takes it. */
  static void writeDataset(Path folder, int images) throws IOException {
    for (int i = 0; i < images; i++) {
      Path classFolder = folder.resolve(CLASSES.get(i % CLASSES.size()));
      // every tenth image is a PNG of 32 by 32
      Files.write(Files.createDirectories(classFolder).resolve(i + ".png"), good(10 * i));
    }
  }

  private static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
