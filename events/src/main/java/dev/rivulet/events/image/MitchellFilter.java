package dev.rivulet.events.image;

import java.util.Arrays;

/**
 * Resizes a square picture with the cubic filter of Mitchell and Netravali ("Reconstruction Filters
 * in Computer Graphics", 1988, B = C = 1/3), widened when shrinking so every source pixel counts.
 *
 * <p>Pixel centres map to pixel centres, so the picture is not shifted. The arithmetic is plain
 * Java and gives the same bytes on every machine.
 */
final class MitchellFilter {
  private static final double RADIUS = 2;
  private static final int CHANNELS = 3;

  private final int targetSide;
  private final int[] firsts;
  private final float[][] weights;

  /**
   * @param sourceSide height and width of the pictures to resize, in pixels
   * @param targetSide height and width of the results
   */
  MitchellFilter(int sourceSide, int targetSide) {
    this.targetSide = targetSide;
    this.firsts = new int[targetSide];
    this.weights = new float[targetSide][];
    double scale = (double) sourceSide / targetSide;
    double stretch = Math.max(1, scale);
    for (int i = 0; i < targetSide; i++) {
      double center = (i + 0.5) * scale - 0.5;
      int first = Math.max(0, (int) Math.ceil(center - RADIUS * stretch));
      int last = Math.min(sourceSide - 1, (int) Math.floor(center + RADIUS * stretch));
      firsts[i] = first;
      weights[i] = weights(center, stretch, first, last);
    }
  }

  /** Weights that sum to one, also where the filter reaches over the picture's edge. */
  private static float[] weights(double center, double stretch, int first, int last) {
    double[] values = new double[last - first + 1];
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      values[j] = mitchell((first + j - center) / stretch);
      sum += values[j];
    }
    float[] weights = new float[values.length];
    for (int j = 0; j < values.length; j++) {
      weights[j] = (float) (values[j] / sum);
    }
    return weights;
  }

  private static double mitchell(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6;
    }
    return x < RADIUS ? (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6 : 0;
  }

  /** Packed RGB values, source side squared in, target side squared out, both row-major. */
  int[] resize(int[] source, int sourceSide) {
    float[] narrow = new float[sourceSide * targetSide * CHANNELS];
    for (int y = 0; y < sourceSide; y++) {
      narrow(source, y * sourceSide, narrow, y * targetSide * CHANNELS);
    }
    int[] target = new int[targetSide * targetSide];
    float[] row = new float[targetSide * CHANNELS];
    for (int y = 0; y < targetSide; y++) {
      Arrays.fill(row, 0);
      for (int j = 0; j < weights[y].length; j++) {
        float weight = weights[y][j];
        int at = (firsts[y] + j) * row.length;
        for (int i = 0; i < row.length; i++) {
          row[i] += weight * narrow[at + i];
        }
      }
      for (int x = 0; x < targetSide; x++) {
        int red = eightBit(row[CHANNELS * x]);
        int green = eightBit(row[CHANNELS * x + 1]);
        target[y * targetSide + x] = red << 16 | green << 8 | eightBit(row[CHANNELS * x + 2]);
      }
    }
    return target;
  }

  private void narrow(int[] source, int row, float[] narrow, int target) {
    for (int x = 0; x < targetSide; x++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      for (int j = 0; j < weights[x].length; j++) {
        int rgb = source[row + firsts[x] + j];
        float weight = weights[x][j];
        red += weight * (rgb >> 16 & 0xff);
        green += weight * (rgb >> 8 & 0xff);
        blue += weight * (rgb & 0xff);
      }
      narrow[target + CHANNELS * x] = red;
      narrow[target + CHANNELS * x + 1] = green;
      narrow[target + CHANNELS * x + 2] = blue;
    }
  }

  private static int eightBit(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }
}
