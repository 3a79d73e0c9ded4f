package dev.rivulet.network;

/**
 * Sums over the training images of some steps.
 *
 * <p>The loss is a sum of 32-bit values in 64-bit arithmetic. As long as no value is 2²⁹ times
 * another, every such sum is exact, so totals that were taken in parts add up to the same bits.
 *
 * @param lossSum cross-entropy in nats, summed over images
 * @param correct images whose largest logit was the label's
 */
public record BatchTotals(double lossSum, long correct, long images) {
  public static final BatchTotals NONE = new BatchTotals(0, 0, 0);

  public BatchTotals plus(BatchTotals other) {
    return new BatchTotals(lossSum + other.lossSum, correct + other.correct, images + other.images);
  }

  /** Mean cross-entropy in nats; NaN without images. */
  public double meanLoss() {
    return lossSum / images;
  }

  /** From 0 to 1; NaN without images. */
  public double accuracy() {
    return (double) correct / images;
  }
}
