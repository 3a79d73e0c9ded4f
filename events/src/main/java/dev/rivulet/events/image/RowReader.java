package dev.rivulet.events.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Reads parts of a picture's rows as packed 8-bit RGB over white, from palette, grey, RGB and
 * packed pixels, with or without alpha, of up to 16 bits per sample.
 */
final class RowReader {
  private static final int WHITE = 255;

  private final Raster raster;
  private final int width;
  private final int bands;
  private final boolean alpha;
  private final int[] palette;
  private final int[] sampleMax;
  private final int[] samples;

  private RowReader(BufferedImage image, int width) {
    this.raster = image.getRaster();
    this.width = width;
    this.bands = raster.getNumBands();
    this.alpha = image.getColorModel().hasAlpha();
    this.palette = palette(image);
    this.sampleMax = new int[bands];
    for (int band = 0; band < bands; band++) {
      sampleMax[band] = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
    }
    this.samples = new int[width * bands];
  }

  /**
   * @param width the pixels that each call of {@link #read} reads
   * @throws ImageRejectedException if the picture has neither a palette nor 1 to 4 bands
   */
  static RowReader of(BufferedImage image, int width) {
    RowReader reader = new RowReader(image, width);
    int colours = reader.bands - (reader.alpha ? 1 : 0);
    if (reader.palette == null && colours != 1 && colours != 3) {
      throw new ImageRejectedException(
          RejectionReason.UNSUPPORTED,
          "the picture has %d colour channels; save it as RGB".formatted(colours));
    }
    return reader;
  }

  /** Reads the pixels from column x of row y into the target, from an index on. */
  void read(int x, int y, int[] target, int at) {
    raster.getPixels(x, y, width, 1, samples);
    for (int i = 0; i < width; i++) {
      target[at + i] = palette != null ? palette[samples[i]] : rgb(i * bands);
    }
  }

  private int rgb(int at) {
    boolean grey = bands < 3;
    int red = eightBit(at, 0);
    int green = grey ? red : eightBit(at, 1);
    int blue = grey ? red : eightBit(at, 2);
    if (!alpha) {
      return red << 16 | green << 8 | blue;
    }
    return overWhite(eightBit(at, bands - 1), red, green, blue);
  }

  private int eightBit(int at, int band) {
    int max = sampleMax[band];
    int sample = samples[at + band];
    return max == 255 ? sample : (sample * 255 + max / 2) / max;
  }

  private static int overWhite(int alpha, int red, int green, int blue) {
    return blend(alpha, red) << 16 | blend(alpha, green) << 8 | blend(alpha, blue);
  }

  private static int blend(int alpha, int value) {
    return (value * alpha + WHITE * (255 - alpha) + 127) / 255;
  }

  private static int[] palette(BufferedImage image) {
    if (!(image.getColorModel() instanceof IndexColorModel colours)) {
      return null;
    }
    int[] argb = new int[colours.getMapSize()];
    colours.getRGBs(argb);
    for (int i = 0; i < argb.length; i++) {
      int colour = argb[i];
      argb[i] = overWhite(colour >>> 24, colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff);
    }
    return argb;
  }
}
