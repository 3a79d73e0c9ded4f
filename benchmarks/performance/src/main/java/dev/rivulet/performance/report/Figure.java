package dev.rivulet.performance.report;

import dev.rivulet.export.report.Plot;

/**
 * A plot with what its x values count.
 *
 * @param xTitle for people
 */
public record Figure(Plot plot, String xTitle) {}
