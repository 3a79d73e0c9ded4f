package dev.rivulet.ingest.dataset;

/** A linear classifier trained by gradient descent: what a data set must be too hard for. */
final class SoftmaxRegression {
  private static final int EPOCHS = 8;
  private static final float LEARNING_RATE = 0.002f;

  private final float[][] weights;
  private final float[] features = new float[Split.IMAGE_BYTES + 1];

  private SoftmaxRegression(int classes) {
    weights = new float[classes][features.length];
  }

  /** The share of validation images that it gets right after some epochs. */
  static double validationAccuracy(Dataset dataset) {
    SoftmaxRegression model = new SoftmaxRegression(dataset.classNames().size());
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i = 0; i < dataset.train().size(); i++) {
        model.learn(dataset.train(), i, LEARNING_RATE / (1 + epoch));
      }
    }
    int right = 0;
    for (int i = 0; i < dataset.validation().size(); i++) {
      float[] scores = model.scores(dataset.validation(), i);
      int best = 0;
      for (int c = 1; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      right += best == dataset.validation().label(i) ? 1 : 0;
    }
    return right / (double) dataset.validation().size();
  }

  private float[] scores(Split split, int image) {
    byte[] chunk = split.chunk(image);
    int offset = split.offset(image);
    for (int i = 0; i < Split.IMAGE_BYTES; i++) {
      features[i] = (chunk[offset + i] & 0xff) / 127.5f - 1;
    }
    features[Split.IMAGE_BYTES] = 1;
    float[] scores = new float[weights.length];
    for (int c = 0; c < scores.length; c++) {
      float sum = 0;
      for (int i = 0; i < features.length; i++) {
        sum += weights[c][i] * features[i];
      }
      scores[c] = sum;
    }
    return scores;
  }

  private void learn(Split split, int image, float rate) {
    float[] scores = scores(split, image);
    double most = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - most);
    }
    for (int c = 0; c < scores.length; c++) {
      double probability = Math.exp(scores[c] - most) / sum;
      float step = (float) (rate * ((split.label(image) == c ? 1 : 0) - probability));
      for (int i = 0; i < features.length; i++) {
        weights[c][i] += step * features[i];
      }
    }
  }
}
