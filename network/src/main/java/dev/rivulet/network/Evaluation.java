package dev.rivulet.network;

import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.events.run.ValidationDetail.Mistake;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well a network does on labelled images it is not trained on, answer by answer.
 *
 * @param classes how many there are
 * @param lossSum cross-entropy in nats, summed over images
 * @param labels of the images, in their order
 * @param answers the class of each image's largest logit
 * @param confidences the probability of each answer; NaN where the network has diverged
 */
public record Evaluation(
    int classes, double lossSum, int[] labels, int[] answers, double[] confidences) {

  /** Nothing evaluated yet. */
  public static Evaluation none(int classes) {
    return new Evaluation(classes, 0, new int[0], new int[0], new double[0]);
  }

  /**
   * @param logits [n][classes]
   */
  static Evaluation of(float[][] logits, LabelledImages labelled) {
    int n = logits.length;
    int[] labels = new int[n];
    int[] answers = new int[n];
    double[] confidences = new double[n];
    double lossSum = 0;
    for (int i = 0; i < n; i++) {
      labels[i] = labelled.label(i);
      answers[i] = Softmax.argMax(logits[i]);
      confidences[i] = Math.exp(-Softmax.crossEntropy(logits[i], answers[i]));
      lossSum += Softmax.crossEntropy(logits[i], labels[i]);
    }
    return new Evaluation(logits[0].length, lossSum, labels, answers, confidences);
  }

  /** Images whose largest logit was the label's. */
  public long correct() {
    return IntStream.range(0, labels.length).filter(this::isCorrect).count();
  }

  public long images() {
    return labels.length;
  }

  /** The answers to these images and then to the other's. */
  public Evaluation plus(Evaluation other) {
    return new Evaluation(
        classes,
        lossSum + other.lossSum,
        joined(labels, other.labels),
        joined(answers, other.answers),
        joined(confidences, other.confidences));
  }

  /** Mean cross-entropy in nats; NaN without images. */
  public double meanLoss() {
    return lossSum / images();
  }

  /** From 0 to 1; NaN without images. */
  public double accuracy() {
    return (double) correct() / images();
  }

  /** Confusion matrix and most confident mistakes, as the epoch's event carries them. */
  public ValidationDetail detail() {
    return new ValidationDetail(
        classes <= ValidationDetail.MAX_CONFUSION_CLASSES
            ? Optional.of(confusion())
            : Optional.empty(),
        mistakes());
  }

  private List<List<Integer>> confusion() {
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]][answers[i]]++;
    }
    return Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }

  /** In an order that does not depend on how the images were cut into batches. */
  private List<Mistake> mistakes() {
    return IntStream.range(0, labels.length)
        .filter(i -> !isCorrect(i) && Double.isFinite(confidences[i]))
        .mapToObj(i -> new Mistake(i, labels[i], answers[i], confidences[i]))
        .sorted(Comparator.comparing(Mistake::confidence).reversed())
        .limit(ValidationDetail.MAX_MISTAKES)
        .toList();
  }

  private boolean isCorrect(int image) {
    return answers[image] == labels[image];
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static double[] joined(double[] first, double[] second) {
    double[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
