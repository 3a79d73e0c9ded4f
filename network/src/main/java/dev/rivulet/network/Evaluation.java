package dev.rivulet.network;

/**
 * How well a network does on labelled images it is not trained on.
 *
 * @param lossSum cross-entropy in nats, summed over images
 * @param correctByClass indexed by label
 * @param imagesByClass indexed by label
 */
public record Evaluation(double lossSum, long[] correctByClass, long[] imagesByClass) {

  /** Nothing evaluated yet. */
  public static Evaluation none(int classes) {
    return new Evaluation(0, new long[classes], new long[classes]);
  }

  /**
   * @param logits [n][classes]
   */
  static Evaluation of(float[][] logits, LabelledImages labelled) {
    int classes = logits[0].length;
    long[] correct = new long[classes];
    long[] images = new long[classes];
    double lossSum = 0;
    for (int i = 0; i < logits.length; i++) {
      int label = labelled.label(i);
      lossSum += Softmax.crossEntropy(logits[i], label);
      images[label]++;
      correct[label] += Softmax.argMax(logits[i]) == label ? 1 : 0;
    }
    return new Evaluation(lossSum, correct, images);
  }

  /** Images whose largest logit was the label's. */
  public long correct() {
    return sum(correctByClass);
  }

  public long images() {
    return sum(imagesByClass);
  }

  public Evaluation plus(Evaluation other) {
    return new Evaluation(
        lossSum + other.lossSum,
        added(correctByClass, other.correctByClass),
        added(imagesByClass, other.imagesByClass));
  }

  /** Mean cross-entropy in nats; NaN without images. */
  public double meanLoss() {
    return lossSum / images();
  }

  /** From 0 to 1; NaN without images. */
  public double accuracy() {
    return (double) correct() / images();
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }

  private static long[] added(long[] left, long[] right) {
    long[] sums = new long[left.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = left[i] + right[i];
    }
    return sums;
  }
}
