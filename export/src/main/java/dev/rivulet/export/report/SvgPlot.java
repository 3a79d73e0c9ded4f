package dev.rivulet.export.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws a plot as SVG for a page: its colours are the page's, and its text needs no font of this
 * machine.
 */
final class SvgPlot {
  private static final double WIDTH = 640;
  private static final double HEIGHT = 300;
  private static final double LEFT = 52;
  private static final double RIGHT = 16;
  private static final double TOP = 40;
  private static final double BOTTOM = 40;
  private static final int Y_TICKS = 5;
  private static final int X_TICKS = 10;
  private static final int MAX_DOTS = 60;
  private static final double BAR_SHARE = 0.7;
  private static final double MAX_BAR = 48;

  private final Plot plot;
  private final Axis x;
  private final Axis y;
  private final StringBuilder svg = new StringBuilder();

  private SvgPlot(Plot plot) {
    this.plot = plot;
    this.x = xAxis(plot);
    this.y = yAxis(plot);
  }

  static String of(Plot plot) {
    SvgPlot drawing = new SvgPlot(plot);
    drawing.draw();
    return drawing.svg.toString();
  }

  private void draw() {
    add(
        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
        WIDTH, HEIGHT, Html.escaped(summary()));
    axes();
    legend();
    if (plot.stacked()) {
      bars();
    } else {
      plot.series().forEach(this::line);
    }
    add("</svg>");
  }

  /** What somebody hears who does not see it. */
  private String summary() {
    String ends =
        plot.series().stream()
            .map(
                series ->
                    String.format(
                        Locale.ROOT,
                        "%s from %.4g to %.4g",
                        series.name(),
                        series.values()[0],
                        series.values()[series.values().length - 1]))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s in %s, epochs %d to %d: %s",
        plot.title(),
        plot.unit(),
        plot.epochs()[0],
        plot.epochs()[plot.epochs().length - 1],
        ends);
  }

  private static Axis xAxis(Plot plot) {
    int[] epochs = plot.epochs();
    double last = epochs[epochs.length - 1];
    // bars need half of one on each side; a lone point stands in the middle
    double margin = plot.stacked() || epochs.length == 1 ? 0.5 * spacing(plot) : 0;
    double step = Math.max(1, Axis.around(epochs[0], last, X_TICKS, 0, 1).step());
    return new Axis(epochs[0] - margin, last + margin, step, LEFT, WIDTH - RIGHT);
  }

  private static double spacing(Plot plot) {
    return plot.epochs().length < 2 ? 1 : plot.epochs()[1] - plot.epochs()[0];
  }

  private static Axis yAxis(Plot plot) {
    double[] shown =
        plot.stacked()
            ? IntStream.range(0, plot.epochs().length)
                .mapToDouble(i -> plot.series().stream().mapToDouble(s -> s.values()[i]).sum())
                .toArray()
            : plot.series().stream()
                .flatMapToDouble(s -> Arrays.stream(s.values()))
                .filter(Double::isFinite)
                .toArray();
    double most = DoubleStream.of(shown).max().orElse(1);
    double least = plot.stacked() ? 0 : DoubleStream.of(shown).min().orElse(0);
    return Axis.around(least, most, Y_TICKS, HEIGHT - BOTTOM, TOP);
  }

  private void axes() {
    for (double tick : y.ticks()) {
      double at = y.position(tick);
      add("<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", LEFT, at, WIDTH - RIGHT);
      add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 8, at + 5, y.label(tick));
    }
    List<Integer> labelled = labelledEpochs();
    for (int epoch : labelled) {
      add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d</text>",
          x.position(epoch), HEIGHT - BOTTOM + 19, epoch);
    }
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">epoch</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4);
    add("<text x=\"%.1f\" y=\"16\">%s</text>", 0.0, Html.escaped(plot.unit()));
  }

  /** Multiples of the step, and the first epoch; of grouped bars every so many. */
  private List<Integer> labelledEpochs() {
    int[] epochs = plot.epochs();
    if (spacing(plot) > 1) {
      int every = (epochs.length + X_TICKS - 1) / X_TICKS;
      return IntStream.range(0, epochs.length)
          .filter(i -> i % every == 0)
          .mapToObj(i -> epochs[i])
          .toList();
    }
    int step = (int) x.step();
    return Arrays.stream(epochs)
        .filter(epoch -> epoch % step == 0 || (epoch == epochs[0] && step < 3))
        .boxed()
        .toList();
  }

  private void legend() {
    double at = WIDTH - RIGHT;
    for (int i = plot.series().size() - 1; i >= 0; i--) {
      Plot.Series series = plot.series().get(i);
      // about the width of a letter
      at -= 8 * series.name().length() + 30;
      add(
          "<rect class=\"%s\" x=\"%.1f\" y=\"6\" width=\"12\" height=\"12\" rx=\"2\"/>",
          series.colour().styleClass(), at);
      add("<text x=\"%.1f\" y=\"17\">%s</text>", at + 17, Html.escaped(series.name()));
    }
  }

  private void line(Plot.Series series) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < series.values().length; i++) {
      double value = series.values()[i];
      if (Double.isFinite(value)) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                drawing ? "L" : "M",
                x.position(plot.epochs()[i]),
                y.position(value)));
      }
      drawing = Double.isFinite(value);
    }
    add("<path class=\"line %s\" d=\"%s\"/>", series.colour().styleClass(), path);
    if (series.values().length <= MAX_DOTS) {
      dots(series);
    }
  }

  private void dots(Plot.Series series) {
    for (int i = 0; i < series.values().length; i++) {
      if (Double.isFinite(series.values()[i])) {
        add(
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\"><title>epoch %d, %s: %.4g %s</title></circle>",
            series.colour().styleClass(),
            x.position(plot.epochs()[i]),
            y.position(series.values()[i]),
            plot.epochs()[i],
            Html.escaped(series.name()),
            series.values()[i],
            Html.escaped(plot.unit()));
      }
    }
  }

  private void bars() {
    double slot = (WIDTH - RIGHT - LEFT) / plot.epochs().length;
    double width = Math.min(MAX_BAR, BAR_SHARE * slot);
    for (int i = 0; i < plot.epochs().length; i++) {
      double below = 0;
      for (Plot.Series series : plot.series()) {
        double top = below + series.values()[i];
        add(
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\"><title>epoch %d, %s: %.2f s</title></rect>",
            series.colour().styleClass(),
            x.position(plot.epochs()[i]) - width / 2,
            y.position(top),
            width,
            y.position(below) - y.position(top),
            plot.epochs()[i],
            Html.escaped(series.name()),
            series.values()[i]);
        below = top;
      }
    }
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
