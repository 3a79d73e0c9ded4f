package dev.rivulet.hostile;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;

/** Images that people send: thumbnails, screenshots, photos of a camera. */
final class NormalImages {
  private static final int[][] SIZES = {
    {32, 32}, {64, 48}, {320, 240}, {640, 480}, {1_280, 720}, {1_920, 1_080}
  };

  private NormalImages() {}

  static HostileInput[] some(Random random) {
    List<HostileInput> all = new ArrayList<>();
    for (int[] size : SIZES) {
      for (String format : List.of("png", "jpeg", "bmp")) {
        all.add(image(size[0], size[1], format, random));
      }
    }
    // one photo of 12 megapixels in 19 images
    all.add(image(4_000, 3_000, "jpeg", random));
    return all.toArray(HostileInput[]::new);
  }

  /** Thumbnails only. */
  static HostileInput[] small(Random random) {
    return new HostileInput[] {image(32, 32, "png", random), image(64, 48, "jpeg", random)};
  }

  private static HostileInput image(int width, int height, String format, Random random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, x * 255 / width << 16 | y * 255 / height << 8 | random.nextInt(32));
      }
    }
    return new HostileInput(
        "normal " + format, ValidPictures.encode(format, false, new IIOImage(image, null, null)));
  }
}
