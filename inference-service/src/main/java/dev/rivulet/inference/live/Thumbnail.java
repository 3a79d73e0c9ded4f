package dev.rivulet.inference.live;

import dev.rivulet.events.batch.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Writes the 32×32 pixels that the network sees as a PNG file. */
final class Thumbnail {
  private static final int BYTE = 0xff;

  private Thumbnail() {}

  /**
   * @param pixels U8 [32, 32, 3], RGB; more may follow and precede
   * @param index of the image in {@code pixels}
   */
  static byte[] png(byte[] pixels, int index) {
    int side = LabelledImages.SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    int at = index * LabelledImages.IMAGE_BYTES;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++, at += LabelledImages.CHANNELS) {
        image.setRGB(
            x,
            y,
            (pixels[at] & BYTE) << 16 | (pixels[at + 1] & BYTE) << 8 | (pixels[at + 2] & BYTE));
      }
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
