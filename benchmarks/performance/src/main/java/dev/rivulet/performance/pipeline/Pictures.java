package dev.rivulet.performance.pipeline;

import dev.rivulet.ingest.dataset.ShapesDataset;
import dev.rivulet.ingest.dataset.Split;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Images of the built-in data set as files. */
public final class Pictures {
  private static final int SIDE = 32;

  private Pictures() {}

  /**
   * Some of the validation images.
   *
   * @param format {@code png}, {@code jpg} …
   */
  public static List<byte[]> encoded(String format, int count) {
    Split split = ShapesDataset.create().validation();
    return IntStream.range(0, count).mapToObj(i -> encode(format, picture(split, i))).toList();
  }

  /** As bytes of a file. */
  public static byte[] encode(String format, BufferedImage picture) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, format, file)) {
        throw new IllegalArgumentException("this Java cannot write " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static BufferedImage picture(Split split, int image) {
    byte[] pixels = split.chunk(image);
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int at = split.offset(image) + 3 * i;
      int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255;
      picture.setRGB(i % SIDE, i / SIDE, rgb);
    }
    return picture;
  }
}
