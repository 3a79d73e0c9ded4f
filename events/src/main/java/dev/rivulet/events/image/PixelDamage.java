package dev.rivulet.events.image;

/**
 * Tells warnings about lost pixels from the many about odd metadata: the JPEG decoder paints what
 * it cannot read grey and only warns.
 */
final class PixelDamage {
  private PixelDamage() {}

  /** Whether a reader's warning (libjpeg's wording, or that of the Java reader) means damage. */
  static boolean isToldBy(String warning) {
    // padding before the end marker (0xd9) is common in camera files and harms nothing
    return warning.startsWith("Corrupt JPEG data") && !warning.endsWith("marker 0xd9")
        || warning.startsWith("Premature end")
        || warning.startsWith("Inconsistent progression")
        || warning.startsWith("Invalid SOS")
        || warning.startsWith("Truncated");
  }
}
