package dev.rivulet.events.image;

import dev.rivulet.events.image.ImageHeader.Frame;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Turns a decoded picture of any size and colour model into the network's input: the centre square
 * over white, resized to 32×32, row-major, RGB interleaved.
 *
 * <p>Samples are taken as they are: colour profiles and gamma are ignored, as the usual loaders of
 * data sets do. (Java's own conversion would brighten grey pictures.) The filter is Mitchell's:
 * unlike Lanczos it does not ring around hard edges, which at 32×32 would reach across a tenth of
 * the picture. Pictures of twice 256 pixels and more are first averaged down to no less than 256,
 * which saves seconds of filtering and a second copy in memory; eight source pixels per target
 * pixel hide the difference.
 */
final class SquareCrop {
  private static final int SIDE = ImageDecoder.SIDE;
  private static final int WHITE = 0xffffff;
  private static final int PLENTY = 256;

  private SquareCrop() {}

  /** 3,072 bytes from the decoded first frame. */
  static byte[] pixels(BufferedImage image, ImageHeader header) {
    int square = Math.min(header.width(), header.height());
    int factor = Math.max(1, square / PLENTY);
    int side = square / factor;
    int[] shrunk = boxed(image, header, side, factor);
    int[] resized = side == SIDE ? shrunk : new MitchellFilter(side, SIDE).resize(shrunk, side);
    byte[] pixels = new byte[ImageDecoder.BYTES];
    for (int i = 0; i < resized.length; i++) {
      int rgb = resized[turned(i, header.orientation())];
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  /** The centre of the canvas, each factor × factor pixels averaged: side × side packed values. */
  private static int[] boxed(BufferedImage image, ImageHeader header, int side, int factor) {
    int covered = side * factor;
    int cropLeft = (header.width() - covered) / 2;
    int cropTop = (header.height() - covered) / 2;
    Frame frame = header.frame();
    int left = Math.max(cropLeft, frame.left());
    int right = Math.min(cropLeft + covered, frame.left() + frame.width());
    RowReader rows = RowReader.of(image, Math.max(0, right - left));
    int[] boxed = new int[side * side];
    int[] row = new int[covered];
    int[] sums = new int[3 * side];
    for (int y = 0; y < covered; y++) {
      int frameY = cropTop + y - frame.top();
      Arrays.fill(row, WHITE);
      if (right > left && frameY >= 0 && frameY < frame.height()) {
        rows.read(left - frame.left(), frameY, row, left - cropLeft);
      }
      if (factor == 1) {
        System.arraycopy(row, 0, boxed, y * side, side);
        continue;
      }
      add(row, sums, factor);
      if (y % factor == factor - 1) {
        average(sums, factor * factor, boxed, y / factor * side);
      }
    }
    return boxed;
  }

  private static void add(int[] row, int[] sums, int factor) {
    for (int x = 0; x < row.length; x++) {
      int at = x / factor * 3;
      sums[at] += row[x] >> 16;
      sums[at + 1] += row[x] >> 8 & 0xff;
      sums[at + 2] += row[x] & 0xff;
    }
  }

  private static void average(int[] sums, int count, int[] target, int at) {
    for (int i = 0; i < sums.length; i += 3) {
      int red = (sums[i] + count / 2) / count;
      int green = (sums[i + 1] + count / 2) / count;
      int blue = (sums[i + 2] + count / 2) / count;
      target[at + i / 3] = red << 16 | green << 8 | blue;
    }
    Arrays.fill(sums, 0);
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
