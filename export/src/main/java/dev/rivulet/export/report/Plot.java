package dev.rivulet.export.report;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.PhaseSeconds;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a plot shows over epochs or another number, however it is drawn.
 *
 * @param file name of the PNG without its ending
 * @param unit of the y axis, as people read it
 * @param stacked whether the series are shares of one bar per epoch, else lines
 * @param epochs the x values, in a run's plots the epochs
 */
public record Plot(
    String file, String title, String unit, boolean stacked, int[] epochs, List<Series> series) {
  /** Beyond that many bars a plot shows the means of groups of epochs. */
  private static final int MAX_BARS = 120;

  /**
   * One line, or one kind of bar.
   *
   * @param colour the name of one of the report's colours
   * @param values one per epoch; NaN where there is none
   */
  public record Series(String name, Colour colour, double[] values) {}

  static List<Plot> of(List<EpochCompleted> epochs) {
    return List.of(accuracy(epochs), loss(epochs), timing(epochs), cumulative(epochs));
  }

  private static Plot accuracy(List<EpochCompleted> epochs) {
    return new Plot(
        "accuracy",
        "Accuracy",
        "%",
        false,
        numbers(epochs),
        List.of(
            series("training", Colour.BLUE, epochs, e -> 100 * e.train().accuracy()),
            series("validation", Colour.ORANGE, epochs, e -> 100 * e.validation().accuracy())));
  }

  private static Plot loss(List<EpochCompleted> epochs) {
    return new Plot(
        "loss",
        "Loss",
        "nats per image",
        false,
        numbers(epochs),
        List.of(
            series("training", Colour.BLUE, epochs, e -> e.train().loss()),
            series("validation", Colour.ORANGE, epochs, e -> e.validation().loss())));
  }

  private static Plot timing(List<EpochCompleted> epochs) {
    Plot all =
        new Plot(
            "timing",
            "Seconds per epoch",
            "seconds",
            true,
            numbers(epochs),
            List.of(
                phase("training", Colour.BLUE, epochs, PhaseSeconds::training),
                phase("data wait", Colour.ORANGE, epochs, PhaseSeconds::dataWait),
                phase("validation", Colour.GREEN, epochs, PhaseSeconds::validation),
                phase("checkpoint", Colour.PURPLE, epochs, PhaseSeconds::checkpoint)));
    return all.grouped((epochs.size() + MAX_BARS - 1) / MAX_BARS);
  }

  private static Plot cumulative(List<EpochCompleted> epochs) {
    double[] minutes = new double[epochs.size()];
    double seconds = 0;
    for (int i = 0; i < minutes.length; i++) {
      seconds += epochs.get(i).seconds().total();
      minutes[i] = seconds / 60;
    }
    return new Plot(
        "cumulative",
        "Cumulative time",
        "minutes",
        false,
        numbers(epochs),
        List.of(new Series("all phases", Colour.GREEN, minutes)));
  }

  /** The means of so many epochs each, under the number of the first of them. */
  private Plot grouped(int size) {
    if (size <= 1) {
      return this;
    }
    int groups = (epochs.length + size - 1) / size;
    int[] first = new int[groups];
    for (int group = 0; group < groups; group++) {
      first[group] = epochs[group * size];
    }
    List<Series> means =
        series.stream()
            .map(each -> new Series(each.name, each.colour, means(each.values, size)))
            .toList();
    return new Plot(file, title + " (means of %d)".formatted(size), unit, stacked, first, means);
  }

  private static double[] means(double[] values, int size) {
    double[] means = new double[(values.length + size - 1) / size];
    for (int group = 0; group < means.length; group++) {
      int end = Math.min(values.length, (group + 1) * size);
      for (int i = group * size; i < end; i++) {
        means[group] += values[i] / (end - group * size);
      }
    }
    return means;
  }

  private static int[] numbers(List<EpochCompleted> epochs) {
    return epochs.stream().mapToInt(EpochCompleted::epoch).toArray();
  }

  private static Series phase(
      String name,
      Colour colour,
      List<EpochCompleted> epochs,
      ToDoubleFunction<PhaseSeconds> seconds) {
    return series(name, colour, epochs, epoch -> seconds.applyAsDouble(epoch.seconds()));
  }

  private static Series series(
      String name,
      Colour colour,
      List<EpochCompleted> epochs,
      ToDoubleFunction<EpochCompleted> value) {
    return new Series(name, colour, epochs.stream().mapToDouble(value).toArray());
  }
}
