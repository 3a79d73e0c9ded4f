package dev.rivulet.events.image;

import java.util.Locale;

/** Why an image was not used: a closed list, so it can label a metric and fill a record header. */
public enum RejectionReason {
  /** There are no bytes. */
  EMPTY,
  /** Neither PNG, JPEG, GIF or BMP nor exactly 3,072 raw RGB bytes. */
  UNKNOWN_FORMAT,
  /** A variant of a known format that is not read, for example a BMP that wraps a JPEG. */
  UNSUPPORTED,
  /** More encoded bytes than the limit. */
  TOO_MANY_BYTES,
  /** The header announces more pixels than the limit. */
  TOO_MANY_PIXELS,
  /** More passes over the pixels than any real picture has. */
  TOO_MANY_SCANS,
  /** Damaged or cut off. */
  CORRUPT,
  /** The decoded picture does not fit into the memory of this process. */
  OUT_OF_MEMORY;

  /** Lower case with hyphens, for example {@code unknown-format}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
