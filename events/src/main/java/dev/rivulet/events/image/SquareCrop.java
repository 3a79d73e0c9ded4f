package dev.rivulet.events.image;

import com.twelvemonkeys.image.ResampleOp;
import dev.rivulet.events.image.ImageHeader.Frame;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;

/**
 * Turns a decoded picture of any size and colour model into the network's input: the centre square
 * over white, resized to 32×32, row-major, RGB interleaved.
 *
 * <p>Samples are taken as they are: colour profiles and gamma are ignored, as the usual loaders of
 * data sets do. (Java's own conversion would brighten grey pictures.) The filter is Mitchell's,
 * widened when shrinking so every source pixel counts: unlike Lanczos it does not ring around hard
 * edges, which at 32×32 would reach across a tenth of the picture.
 */
final class SquareCrop {
  private static final int SIDE = ImageDecoder.SIDE;
  private static final int WHITE = 0xffffff;

  private SquareCrop() {}

  /** 3,072 bytes from the decoded first frame. */
  static byte[] pixels(BufferedImage image, ImageHeader header) {
    int side = Math.min(header.width(), header.height());
    int[] square = square(image, header, side);
    int[] resized = side == SIDE ? square : resized(square, side);
    byte[] pixels = new byte[ImageDecoder.BYTES];
    for (int i = 0; i < resized.length; i++) {
      int rgb = resized[turned(i, header.orientation())];
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  /** side × side packed RGB values: the centre of the canvas. */
  private static int[] square(BufferedImage image, ImageHeader header, int side) {
    int[] square = new int[side * side];
    Frame frame = header.frame();
    int cropLeft = (header.width() - side) / 2;
    int cropTop = (header.height() - side) / 2;
    int left = Math.max(cropLeft, frame.left());
    int right = Math.min(cropLeft + side, frame.left() + frame.width());
    int top = Math.max(cropTop, frame.top());
    int bottom = Math.min(cropTop + side, frame.top() + frame.height());
    if (right - left < side || bottom - top < side) {
      Arrays.fill(square, WHITE);
    }
    if (right > left) {
      RowReader rows = RowReader.of(image, right - left);
      for (int y = top; y < bottom; y++) {
        int at = (y - cropTop) * side + left - cropLeft;
        rows.read(left - frame.left(), y - frame.top(), square, at);
      }
    }
    return square;
  }

  private static int[] resized(int[] square, int side) {
    BufferedImage source = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    source.setRGB(0, 0, side, side, square, 0, side);
    BufferedImage target = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    new ResampleOp(SIDE, SIDE, ResampleOp.FILTER_MITCHELL).filter(source, target);
    return ((DataBufferInt) target.getRaster().getDataBuffer()).getData();
  }

  /**
   * Where the upright picture's pixel i lies in the stored one, by Exif orientation: 2 to 4 are
   * mirrored and upside down, 5 to 8 have rows and columns exchanged.
   */
  private static int turned(int i, int orientation) {
    int x = i % SIDE;
    int y = i / SIDE;
    int last = SIDE - 1;
    return switch (orientation) {
      case 2 -> y * SIDE + last - x;
      case 3 -> (last - y) * SIDE + last - x;
      case 4 -> (last - y) * SIDE + x;
      case 5 -> x * SIDE + y;
      case 6 -> (last - x) * SIDE + y;
      case 7 -> (last - x) * SIDE + last - y;
      case 8 -> x * SIDE + last - y;
      default -> i;
    };
  }
}
