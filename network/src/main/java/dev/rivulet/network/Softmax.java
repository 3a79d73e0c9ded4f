package dev.rivulet.network;

/** Softmax and cross-entropy of one row of logits, in 64-bit arithmetic. */
final class Softmax {
  private Softmax() {}

  /** Turns logits into probabilities. */
  static void inPlace(float[] logits) {
    double logSum = logSumExp(logits);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.exp(logits[i] - logSum);
    }
  }

  /** -ln of the label's probability, in nats. */
  static double crossEntropy(float[] logits, int label) {
    return logSumExp(logits) - logits[label];
  }

  /** The index of the first largest value. */
  static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double logSumExp(float[] logits) {
    double max = logits[argMax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }
}
