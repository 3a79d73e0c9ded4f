package dev.rivulet.ingest.dataset;

import dev.rivulet.ingest.augment.SeededRandom;

/**
 * Draws one picture of {@link ShapesDataset}: a background, small distractors, the shape, noise.
 *
 * <p>Edges are smoothed by 4×4 samples per pixel. Lengths are in pixels, colours from 0 to 255.
 */
final class ShapePicture {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int SUBPIXELS = 4;
  // every shape lies within this multiple of its radius
  private static final double REACH = 1.15;

  private static final int MAX_DISTRACTORS = 3;
  private static final double LEAST_RADIUS = 8;
  private static final double MOST_RADIUS = 13;
  private static final double MOST_GRADIENT = 35;
  private static final double MOST_NOISE = 14;
  // summed over the channels; less, and a gradient could hide the shape
  private static final double LEAST_CONTRAST = 150;

  private final SeededRandom random;
  private final double[] canvas = new double[SIDE * SIDE * CHANNELS];

  private ShapePicture(SeededRandom random) {
    this.random = random;
  }

  /** 3,072 bytes, row-major, RGB interleaved; a pure function of shape and generator. */
  static byte[] draw(Shape shape, SeededRandom random) {
    ShapePicture picture = new ShapePicture(random);
    double[] background = picture.colour();
    picture.fill(background);
    for (int i = random.nextInt(MAX_DISTRACTORS + 1); i > 0; i--) {
      Shape crumb = random.nextInt(2) == 0 ? Shape.DISC : Shape.BAR;
      double radius = random.uniform(1, 3);
      picture.paint(
          crumb, radius, random.uniform(0, SIDE), random.uniform(0, SIDE), picture.colour());
    }
    double radius = random.uniform(LEAST_RADIUS, MOST_RADIUS);
    double x = random.uniform(radius, SIDE - radius);
    double y = random.uniform(radius, SIDE - radius);
    picture.paint(shape, radius, x, y, picture.colourUnlike(background));
    return picture.withNoise(random.uniform(0, MOST_NOISE));
  }

  private double[] colour() {
    return new double[] {random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)};
  }

  private double[] colourUnlike(double[] other) {
    while (true) {
      double[] colour = colour();
      double contrast = 0;
      for (int channel = 0; channel < CHANNELS; channel++) {
        contrast += Math.abs(colour[channel] - other[channel]);
      }
      if (contrast >= LEAST_CONTRAST) {
        return colour;
      }
    }
  }

  private void fill(double[] colour) {
    double[] slope = slope();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        blend(x, y, 1, colour, slope);
      }
    }
  }

  private void paint(Shape shape, double radius, double centerX, double centerY, double[] colour) {
    double angle = random.uniform(0, 2 * StrictMath.PI);
    double cos = StrictMath.cos(angle) / radius;
    double sin = StrictMath.sin(angle) / radius;
    double[] slope = slope();
    double reach = REACH * radius;
    int left = Math.max(0, (int) (centerX - reach));
    int right = Math.min(SIDE - 1, (int) (centerX + reach));
    int top = Math.max(0, (int) (centerY - reach));
    int bottom = Math.min(SIDE - 1, (int) (centerY + reach));
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        int inside = 0;
        for (int sample = 0; sample < SUBPIXELS * SUBPIXELS; sample++) {
          double dx = x + (sample % SUBPIXELS + 0.5) / SUBPIXELS - centerX;
          double dy = y + (sample / SUBPIXELS + 0.5) / SUBPIXELS - centerY;
          inside += shape.contains(dx * cos + dy * sin, dy * cos - dx * sin) ? 1 : 0;
        }
        blend(x, y, inside / (double) (SUBPIXELS * SUBPIXELS), colour, slope);
      }
    }
  }

  /** How much a fill brightens per pixel, to the right and downwards. */
  private double[] slope() {
    double most = MOST_GRADIENT / SIDE;
    return new double[] {random.uniform(-most, most), random.uniform(-most, most)};
  }

  private void blend(int x, int y, double coverage, double[] colour, double[] slope) {
    double brighter = (x - SIDE / 2) * slope[0] + (y - SIDE / 2) * slope[1];
    int at = (y * SIDE + x) * CHANNELS;
    for (int channel = 0; channel < CHANNELS; channel++) {
      double wanted = colour[channel] + brighter;
      canvas[at + channel] += coverage * (wanted - canvas[at + channel]);
    }
  }

  private byte[] withNoise(double amplitude) {
    byte[] pixels = new byte[canvas.length];
    for (int i = 0; i < pixels.length; i++) {
      double value = canvas[i] + random.uniform(-amplitude, amplitude);
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
    }
    return pixels;
  }
}
