package dev.rivulet.ingest.dataset;

import dev.rivulet.ingest.augment.SeededRandom;

/**
 * Draws one picture of {@link ShapesDataset}: a background, small distractors, the shape, noise.
 *
 * <p>The ranges below were chosen by trial. With full turns and any colour on any other, the
 * network stays at chance for hundreds of steps before it finds the outlines.
 *
 * <p>Edges are smoothed by 4×4 samples per pixel. Lengths are in pixels, colours from 0 to 255.
 */
final class ShapePicture {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int SUBPIXELS = 4;
  // every shape lies within this multiple of its radius
  private static final double REACH = 1.15;

  private static final int MAX_DISTRACTORS = 2;
  private static final double LEAST_RADIUS = 9;
  private static final double MOST_RADIUS = 13;
  // in radians, to either side: 40 degrees
  private static final double MOST_TURN = 2 * StrictMath.PI / 9;
  private static final double MOST_GRADIENT = 25;
  private static final double MOST_NOISE = 8;
  private static final double DARK = 55;
  private static final double LIGHT = 200;
  private static final double BRIGHTNESS_SPREAD = 35;
  private static final double TINT_SPREAD = 45;
  private static final double DARK_ON_LIGHT_SHARE = 0.2;

  private final SeededRandom random;
  private final double[] canvas = new double[SIDE * SIDE * CHANNELS];

  private ShapePicture(SeededRandom random) {
    this.random = random;
  }

  /** 3,072 bytes, row-major, RGB interleaved; a pure function of shape and generator. */
  static byte[] draw(Shape shape, SeededRandom random) {
    ShapePicture picture = new ShapePicture(random);
    boolean darkOnLight = random.nextDouble() < DARK_ON_LIGHT_SHARE;
    picture.fill(picture.colour(darkOnLight ? LIGHT : DARK));
    for (int i = random.nextInt(MAX_DISTRACTORS + 1); i > 0; i--) {
      Shape crumb = random.nextInt(2) == 0 ? Shape.DISC : Shape.BAR;
      double[] colour = picture.colour(random.uniform(DARK, LIGHT));
      double radius = random.uniform(1, 2.5);
      picture.paint(crumb, radius, random.uniform(0, SIDE), random.uniform(0, SIDE), colour);
    }
    double radius = random.uniform(LEAST_RADIUS, MOST_RADIUS);
    double x = random.uniform(radius, SIDE - radius);
    double y = random.uniform(radius, SIDE - radius);
    picture.paint(shape, radius, x, y, picture.colour(darkOnLight ? DARK : LIGHT));
    return picture.withNoise(random.uniform(0, MOST_NOISE));
  }

  /** A random tint of about this brightness. */
  private double[] colour(double brightness) {
    double level = brightness + random.uniform(-BRIGHTNESS_SPREAD, BRIGHTNESS_SPREAD);
    double[] colour = new double[CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      colour[channel] = level + random.uniform(-TINT_SPREAD, TINT_SPREAD);
    }
    return colour;
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
    double angle = random.uniform(-MOST_TURN, MOST_TURN);
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
