package dev.rivulet.export;

import java.util.List;

/** What the original program reached on CIFAR-10, as its author published it. */
public final class Cifar10 {
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  /**
   * Accuracies from 0 to 1, of the network of width 32 on the official files.
   *
   * @param epoch after how many epochs
   */
  public record Published(int epoch, double trainAccuracy, double validationAccuracy) {}

  /**
   * @param hardware and the batch size on it
   */
  public record PublishedTime(String hardware, double secondsPerEpoch) {}

  public static final List<Published> ACCURACIES =
      List.of(
          new Published(10, 0.7903, 0.7797),
          new Published(50, 0.8975, 0.8484),
          new Published(100, 0.9292, 0.8647));

  public static final List<PublishedTime> TIMES =
      List.of(
          new PublishedTime("Radeon 6800 XT, batch 32", 41.73),
          new PublishedTime("NVIDIA A10, mixed precision, batch 32", 28),
          new PublishedTime("TPU v2-8, batch 1,024", 5));

  private Cifar10() {}

  /** Whether a data set is CIFAR-10 or a copy of it: it has its classes. */
  public static boolean hasClasses(List<String> classes) {
    return classes.equals(CLASSES);
  }
}
