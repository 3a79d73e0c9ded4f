package dev.rivulet.network;

/** The fixed numbers of the network: how pixels are normalised, and the layer norms' epsilons. */
public final class Normalization {
  /** Of every layer norm but those of the downscales. */
  public static final float NORM_EPSILON = 1e-3f;

  public static final float DOWNSCALE_NORM_EPSILON = 1e-6f;

  // CIFAR-10's, of a scale from 0 to 1
  private static final float[] MEANS = {
    0.4913997551666284f, 0.48215855929893703f, 0.4465309133731618f
  };
  private static final float[] DEVIATIONS = {
    0.24703225141799082f, 0.24348516474564f, 0.26158783926049628f
  };
  private static final float MAX_PIXEL = 255;

  private Normalization() {}

  /** Of red, green and blue, on the pixels' scale from 0 to 255. */
  public static float[] pixelMeans() {
    return scaled(MEANS);
  }

  /** Of red, green and blue, on the pixels' scale from 0 to 255. */
  public static float[] pixelDeviations() {
    return scaled(DEVIATIONS);
  }

  private static float[] scaled(float[] shares) {
    float[] pixels = new float[shares.length];
    for (int channel = 0; channel < shares.length; channel++) {
      pixels[channel] = shares[channel] * MAX_PIXEL;
    }
    return pixels;
  }
}
