package dev.rivulet.export.report;

import java.awt.Color;
import java.util.Locale;

/** The colours of what is plotted; people who see few colours can tell them apart. */
public enum Colour {
  BLUE(0x2a6fb0),
  ORANGE(0xd9700d),
  GREEN(0x218a5b),
  PURPLE(0x8a56ac);

  private final int rgb;

  Colour(int rgb) {
    this.rgb = rgb;
  }

  /** The class of the style sheet, which has a lighter one of it for the dark. */
  String styleClass() {
    return name().toLowerCase(Locale.ROOT);
  }

  Color onWhite() {
    return new Color(rgb);
  }
}
