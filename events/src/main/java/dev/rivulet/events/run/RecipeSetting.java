package dev.rivulet.events.run;

import java.util.Arrays;
import java.util.Optional;

/** What a {@link Recipe} decides, each a number with a range. */
public enum RecipeSetting {
  LEARNING_RATE("learningRate", 1e-9, 10, "step size of the optimizer at its highest"),
  WARM_UP("warmUp", 0, 0.9, "share of all steps over which the learning rate rises from 0"),
  FINAL_RATE(
      "finalRate", 0, 1, "share of the learning rate that a half cosine ends at; 1: constant"),
  BETA1("beta1", 0, 0.9999, "decay of Adam's mean gradient per step"),
  BETA2("beta2", 0, 0.99999, "decay of Adam's mean squared gradient per step"),
  EPSILON("epsilon", 1e-12, 1, "added to the root of Adam's mean squared gradient"),
  WEIGHT_DECAY(
      "weightDecay", 0, 10, "times the learning rate: share of kernels that each step takes away"),
  MUON(
      "muon",
      0,
      10,
      "size of the steps of dense kernels along their orthogonalized momentum, times the learning"
          + " rate; 0: they step by Adam, too"),
  CLIP_NORM("clipNorm", 0, 1e6, "longest gradient, as the norm of all of it; 0: any"),
  LABEL_SMOOTHING("labelSmoothing", 0, 0.9, "share of the target spread evenly over all classes"),
  AVERAGING(
      "averaging",
      0,
      0.99999,
      "decay per step of the moving average of the weights, which becomes the model; 0: none"),
  DROPOUT("dropout", 0, 0.5, "share of activations that training leaves out: 0 or 0.5"),
  LAYER_SCALE("layerScale", 1e-9, 10, "what every bottleneck's scale starts at"),
  SHIFT("shift", 0, 16, "most pixels that an image is moved by, rounded to whole ones"),
  ROTATION("rotation", 0, 180, "most degrees that an image is turned by"),
  COLOUR("colour", 0, 1, "how far brightness, contrast and saturation go from 1"),
  SHARPNESS("sharpness", 0, 4, "how far an image is sharpened or blurred"),
  CUTOUT("cutout", 0, 32, "side in pixels of a square that is made grey"),
  MIXUP("mixup", 0, 1, "share of images that another one shines through"),
  CUTMIX("cutmix", 0, 1, "share of images with a square of another one"),
  RAMP("ramp", 0, 1, "share of the epochs over which mixup and cutmix rise from 0");

  private final String label;
  private final double least;
  private final double most;
  private final String meaning;

  RecipeSetting(String label, double least, double most, String meaning) {
    this.label = label;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  /** Its name in events, options and configuration. */
  public String label() {
    return label;
  }

  /** What it does, for people. */
  public String meaning() {
    return meaning;
  }

  public double least() {
    return least;
  }

  public double most() {
    return most;
  }

  public static Optional<RecipeSetting> labelled(String label) {
    return Arrays.stream(values()).filter(setting -> setting.label.equals(label)).findFirst();
  }

  /**
   * @throws IllegalArgumentException if the value is not in its range, saying which is
   */
  void check(double value) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s %s: choose a number from %s to %s"
              .formatted(label, number(value), number(least), number(most)));
    }
    if (this == DROPOUT && value != least && value != most) {
      throw new IllegalArgumentException("dropout %s: choose 0 or 0.5".formatted(number(value)));
    }
  }

  /** As people write it: 1 and not 1.0. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
