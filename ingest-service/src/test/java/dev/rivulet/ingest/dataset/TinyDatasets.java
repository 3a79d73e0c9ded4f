package dev.rivulet.ingest.dataset;

/** Splits whose images can be told apart, for tests. */
public final class TinyDatasets {
  private TinyDatasets() {}

  /** Images filled with their own index (two bytes in turn), labelled by index modulo classes. */
  public static Split numbered(int size, int classes) {
    Split split = new Split(size);
    byte[] pixels = new byte[Split.IMAGE_BYTES];
    for (int i = 0; i < size; i++) {
      for (int b = 0; b < pixels.length; b += 3) {
        pixels[b] = (byte) i;
        pixels[b + 1] = (byte) (i >> 8);
      }
      split.put(i, i % classes, pixels);
    }
    return split;
  }
}
