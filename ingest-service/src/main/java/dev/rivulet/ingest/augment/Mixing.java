package dev.rivulet.ingest.augment;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;

/**
 * Which images of an epoch have a second image in them, and how: mixup (Zhang et al. 2018) lets it
 * shine through, CutMix (Yun et al. 2019) puts a square of it in. The second image has at most half
 * a share, so the first one's label stays the main one; shares are uniform.
 *
 * @param mixup share of images, in the end
 * @param cutmix share of images, in the end
 * @param ramp over which share of the epochs both rise from 0
 */
record Mixing(double mixup, double cutmix, double ramp, int epochs) {
  private static final long STREAM = 3;
  private static final int SIDE = Augmentation.SIDE;
  private static final double MOST_SHARE = 0.5;

  static Mixing of(Recipe recipe, int epochs) {
    return new Mixing(
        recipe.value(RecipeSetting.MIXUP),
        recipe.value(RecipeSetting.CUTMIX),
        recipe.value(RecipeSetting.RAMP),
        epochs);
  }

  /** Whether there is an epoch with mixed images. */
  boolean mixes() {
    return mixup > 0 || cutmix > 0;
  }

  /**
   * What becomes of an image: a pure function of its arguments.
   *
   * @param epoch from 1
   * @param images how many there are to choose the second one from
   */
  Mix of(long seed, int epoch, int imageIndex, int images) {
    SeededRandom random = SeededRandom.of(seed, STREAM, epoch, imageIndex);
    double chosen = random.nextDouble();
    double risen = ramp == 0 ? 1 : Math.min(1, (epoch - 1) / (ramp * epochs));
    if (chosen >= risen * (mixup + cutmix)) {
      return Mix.NONE;
    }
    int second = random.nextInt(images);
    double share = random.uniform(0, MOST_SHARE);
    if (chosen < risen * mixup) {
      return new Mix(second, (float) share, 0, 0, 0);
    }
    int side = (int) Math.round(SIDE * Math.sqrt(share));
    int left = random.nextInt(SIDE - side + 1);
    int top = random.nextInt(SIDE - side + 1);
    float covered = (float) (side * side) / (SIDE * SIDE);
    return new Mix(second, Math.min(covered, (float) MOST_SHARE), left, top, side);
  }

  /**
   * A second image within a first one.
   *
   * @param second its index in the data set; -1 if there is none
   * @param share of the second image
   * @param side of the square that it covers, in pixels; 0 if it shines through everywhere
   */
  record Mix(int second, float share, int left, int top, int side) {
    static final Mix NONE = new Mix(-1, 0, 0, 0, 0);

    boolean mixes() {
      return second >= 0;
    }

    /**
     * Puts the second image into the first one.
     *
     * @param first 32×32×3 bytes from {@code at} on, changed
     * @param other 32×32×3 bytes
     */
    void apply(byte[] first, int at, byte[] other) {
      if (side == 0) {
        for (int i = 0; i < other.length; i++) {
          int value = first[at + i] & 0xff;
          first[at + i] = (byte) Math.round(value + share * ((other[i] & 0xff) - value));
        }
        return;
      }
      for (int y = top; y < top + side; y++) {
        int from = y * Augmentation.ROW_BYTES + left * Augmentation.PIXEL_BYTES;
        System.arraycopy(other, from, first, at + from, side * Augmentation.PIXEL_BYTES);
      }
    }
  }
}
