package dev.rivulet.ingest.augment;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import java.util.Arrays;

/**
 * What befalls an image besides flip and shift, in this order: it is turned, sharpened or blurred,
 * its colours are changed, and a square of it is made grey.
 *
 * @param rotation most degrees that it is turned by; bilinear, the corners filled with the nearest
 *     pixel
 * @param sharpness how much of its difference from its 3×3 mean is added or taken away, at most
 * @param colour how far brightness, contrast (about the image's mean) and saturation go from 1
 * @param cutout side of the square in pixels; its centre is anywhere in the image
 */
record Distortion(double rotation, double sharpness, double colour, int cutout) {
  static final Distortion NONE = new Distortion(0, 0, 0, 0);

  private static final int SIDE = Augmentation.SIDE;
  private static final int CHANNELS = 3;
  private static final int VALUES = SIDE * SIDE * CHANNELS;
  private static final double CENTRE = (SIDE - 1) / 2.0;

  // ITU-R BT.601
  private static final float RED_LUMA = 0.299f;
  private static final float GREEN_LUMA = 0.587f;
  private static final float BLUE_LUMA = 0.114f;

  private static final byte GREY = 127;

  static Distortion of(Recipe recipe) {
    return new Distortion(
        recipe.value(RecipeSetting.ROTATION),
        recipe.value(RecipeSetting.SHARPNESS),
        recipe.value(RecipeSetting.COLOUR),
        (int) Math.round(recipe.value(RecipeSetting.CUTOUT)));
  }

  /** Changes the image of 32×32×3 bytes that begins there. */
  void apply(byte[] image, int at, SeededRandom random) {
    if (rotation > 0 || sharpness > 0 || colour > 0) {
      float[] values = new float[VALUES];
      for (int i = 0; i < VALUES; i++) {
        values[i] = image[at + i] & 0xff;
      }
      if (rotation > 0) {
        values = turned(values, Math.toRadians(random.uniform(-rotation, rotation)));
      }
      if (sharpness > 0) {
        values = sharpened(values, (float) random.uniform(-sharpness, sharpness));
      }
      if (colour > 0) {
        recolour(values, factor(random), factor(random), factor(random));
      }
      for (int i = 0; i < VALUES; i++) {
        image[at + i] = (byte) Math.max(0, Math.min(255, Math.round(values[i])));
      }
    }
    if (cutout > 0) {
      cutOut(image, at, random.nextInt(SIDE), random.nextInt(SIDE));
    }
  }

  private float factor(SeededRandom random) {
    return (float) random.uniform(1 - colour, 1 + colour);
  }

  private static float[] turned(float[] source, double radians) {
    double cosine = StrictMath.cos(radians);
    double sine = StrictMath.sin(radians);
    float[] target = new float[VALUES];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double fromX = inside(CENTRE + cosine * (x - CENTRE) + sine * (y - CENTRE));
        double fromY = inside(CENTRE - sine * (x - CENTRE) + cosine * (y - CENTRE));
        int left = (int) fromX;
        int top = (int) fromY;
        float toRight = (float) (fromX - left);
        float down = (float) (fromY - top);
        int right = Math.min(left + 1, SIDE - 1);
        int bottom = Math.min(top + 1, SIDE - 1);
        for (int channel = 0; channel < CHANNELS; channel++) {
          float above =
              between(source[at(left, top, channel)], source[at(right, top, channel)], toRight);
          float below =
              between(
                  source[at(left, bottom, channel)], source[at(right, bottom, channel)], toRight);
          target[at(x, y, channel)] = between(above, below, down);
        }
      }
    }
    return target;
  }

  private static float[] sharpened(float[] source, float amount) {
    float[] target = new float[VALUES];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          float sum = 0;
          for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
              sum += source[at(inside(x + dx), inside(y + dy), channel)];
            }
          }
          float value = source[at(x, y, channel)];
          target[at(x, y, channel)] = value + amount * (value - sum / 9);
        }
      }
    }
    return target;
  }

  private static void recolour(float[] values, float brightness, float contrast, float saturation) {
    float mean = 0;
    for (int i = 0; i < VALUES; i += CHANNELS) {
      mean += luma(values, i);
    }
    mean *= brightness / (SIDE * SIDE);
    for (int i = 0; i < VALUES; i += CHANNELS) {
      float luma = luma(values, i);
      for (int channel = 0; channel < CHANNELS; channel++) {
        float saturated = between(luma, values[i + channel], saturation);
        values[i + channel] = between(mean, brightness * saturated, contrast);
      }
    }
  }

  private static float luma(float[] values, int i) {
    return RED_LUMA * values[i] + GREEN_LUMA * values[i + 1] + BLUE_LUMA * values[i + 2];
  }

  private void cutOut(byte[] image, int at, int centreX, int centreY) {
    int left = centreX - cutout / 2;
    int top = centreY - cutout / 2;
    for (int y = Math.max(0, top); y < Math.min(SIDE, top + cutout); y++) {
      int from = at + at(Math.max(0, left), y, 0);
      int to = at + at(Math.min(SIDE, left + cutout), y, 0);
      Arrays.fill(image, from, to, GREY);
    }
  }

  private static int at(int x, int y, int channel) {
    return (y * SIDE + x) * CHANNELS + channel;
  }

  private static float between(float from, float to, float share) {
    return from + (to - from) * share;
  }

  private static int inside(int position) {
    return Math.max(0, Math.min(SIDE - 1, position));
  }

  private static double inside(double position) {
    return Math.max(0, Math.min(SIDE - 1, position));
  }
}
