package dev.rivulet.export.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws plots as PNG files, which needs a font of this machine. */
public final class PngPlots {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 480;
  private static final Color GRID = new Color(0xe4e7eb);

  private PngPlots() {}

  /**
   * Why this machine cannot draw text, if it cannot: a small JRE may come without fonts, or without
   * the library that reads them.
   */
  public static Optional<String> whyNot() {
    System.setProperty("java.awt.headless", "true");
    try {
      FontRenderContext context = new FontRenderContext(null, true, true);
      new Font(Font.SANS_SERIF, Font.PLAIN, 12).getStringBounds("epoch", context);
      return Optional.empty();
    } catch (RuntimeException | LinkageError | InternalError e) {
      // these three are what JREs of different vendors throw
      return Optional.of(e.toString());
    }
  }

  /** The plot of a run as a PNG file. */
  static byte[] of(Plot plot) {
    return of(plot, "epoch");
  }

  /**
   * The plot as a PNG file.
   *
   * @param xTitle what the x values count
   */
  public static byte[] of(Plot plot, String xTitle) {
    try {
      return plot.stacked() ? bars(plot, xTitle) : lines(plot, xTitle);
    } catch (IOException e) {
      throw new UncheckedIOException("plot " + plot.file(), e);
    }
  }

  private static byte[] lines(Plot plot, String xTitle) throws IOException {
    XYChart chart = new XYChart(WIDTH, HEIGHT);
    describe(chart, plot, xTitle);
    chart.getStyler().setXAxisDecimalPattern("#");
    double[] epochs = Arrays.stream(plot.epochs()).asDoubleStream().toArray();
    for (Plot.Series series : plot.series()) {
      XYSeries line = chart.addSeries(series.name(), epochs, finite(series.values()));
      line.setLineColor(series.colour().onWhite());
      line.setMarkerColor(series.colour().onWhite());
      line.setMarker(SeriesMarkers.CIRCLE);
    }
    return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
  }

  private static byte[] bars(Plot plot, String xTitle) throws IOException {
    CategoryChart chart = new CategoryChart(WIDTH, HEIGHT);
    describe(chart, plot, xTitle);
    chart.getStyler().setStacked(true);
    chart.getStyler().setAvailableSpaceFill(0.7);
    chart.getStyler().setXAxisMaxLabelCount(20);
    List<Integer> epochs = Arrays.stream(plot.epochs()).boxed().toList();
    for (Plot.Series series : plot.series()) {
      List<Double> values =
          Arrays.stream(series.values()).boxed().collect(Collectors.toUnmodifiableList());
      chart.addSeries(series.name(), epochs, values).setFillColor(series.colour().onWhite());
    }
    return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
  }

  private static void describe(
      Chart<? extends AxesChartStyler, ?> chart, Plot plot, String xTitle) {
    chart.setTitle(plot.title());
    chart.setXAxisTitle(xTitle);
    chart.setYAxisTitle(plot.unit());
    style(chart.getStyler());
  }

  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setMarkerSize(6);
  }

  /** The library leaves a gap at NaN, but cannot place an infinity. */
  private static double[] finite(double[] values) {
    return Arrays.stream(values)
        .map(value -> Double.isFinite(value) ? value : Double.NaN)
        .toArray();
  }
}
